import type { Diagnosis, DoctorCheck } from "./doctor.ts";

const dayMs = 24 * 60 * 60 * 1000;
/** Debian publishes security updates every few days; a month of them is worth a rebuild between two lectures. */
const oldAfterDays = 30;

/** The engine, its ports and where images come from. */
export const platformChecks: readonly DoctorCheck[] = [
  {
    name: "engine",
    async look({ platform }) {
      const { kind, running, version } = await platform.engine.observe();
      const seen = `${kind} (${platform.engineChoice.why}), ${running ? `running ${version ?? ""}`.trim() : "not running"}`;
      return running ? { ok: true, seen } : { ok: true, seen, todo: "It is started by: labctl up" };
    },
  },
  {
    name: "images",
    look: ({ platform }) =>
      Promise.resolve({ ok: true, seen: `${platform.imageSource.value} (${platform.imageSource.why})` }),
  },
  {
    name: "Debian packages",
    async look({ deps, platform }) {
      if (!(await platform.engine.observe()).running) return { ok: true, seen: "the engine does not run" };
      const days = (await platform.images.list()).flatMap(({ debian }) => debian ?? []);
      return ageOf(days.flatMap(({ day }) => day ?? []).sort()[0], deps.clock.now());
    },
  },
  {
    name: "ports",
    async look({ deps, platform }) {
      if ((await platform.engine.observe()).running) return { ok: true, seen: "held by the engine" };
      const { stdout } = await deps.exec.run(["ss", "-ltnpH"], { allowFailure: true });
      const { api, http, https, registry } = platform.ports;
      const ports = [
        ["api", api],
        ["http", http],
        ["https", https],
        ["registry", registry],
      ] as const;
      const taken = ports.flatMap(([name, port]) => {
        const line = stdout.split("\n").find((each) => new RegExp(`[:.]${String(port)}\\s`).test(each));
        return line === undefined
          ? []
          : [{ name, port, holder: /users:\(\("([^"]+)"/.exec(line)?.[1] ?? "another process" }];
      });
      const [first] = taken;
      if (!first) return { ok: true, seen: ports.map(([, port]) => port).join(", ") };
      const seen = taken.map(({ port, holder }) => `${String(port)} is held by ${holder}`).join(", ");
      return {
        ok: false,
        seen,
        todo: `End it, or choose another: labctl up --${first.name}-port ${String(first.port + 10_000)}`,
      };
    },
  },
];

/** Age is told and stands in nobody's way: a rebuild in the middle of a course is worse than what it would bring. */
function ageOf(oldest: string | undefined, now: number): Diagnosis {
  if (oldest === undefined) return { ok: true, seen: "no image that is there tells their day" };
  const days = Math.max(0, Math.floor((now - Date.parse(oldest)) / dayMs));
  const seen = `of ${oldest.slice(0, "2026-01-01".length)} or newer (${String(days)} days ago)`;
  if (days <= oldAfterDays) return { ok: true, seen };
  return { ok: true, seen, todo: "When there is time: labctl images build --all --refresh" };
}
