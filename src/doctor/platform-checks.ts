import type { DoctorCheck } from "./doctor.ts";

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
