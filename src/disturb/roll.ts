import { readDeploymentPods, type DeploymentPods } from "../kube/deployment-pods.ts";
import type { Workload } from "../kube/objects.ts";
import { awaitRollout, goneMeanwhile, together, type RolledOut } from "./await-rollout.ts";
import { templateUndo, withChangedTemplate } from "./changed-template.ts";
import {
  defineDisturbance,
  type DisturbanceContext,
  type DisturbFinding,
  type Disturbed,
} from "./disturbance.ts";
import { rollSpec } from "./roll-spec.ts";
import type { ChangedField } from "./template-fields.ts";

const undoable = templateUndo("roll", "rolled to another version");

/** A version of a Deployment's, as its template says it. */
export type Version =
  | { readonly image: { readonly from: string; readonly to: string } }
  | { readonly env: { readonly name: string; readonly from: string; readonly to: string } };

/** A Deployment that is rolled back to another version of its image or of a variable, and out again. */
export const roll = defineDisturbance({
  ...undoable,
  spec: rollSpec,
  describe: ({ deployment, image, env }) =>
    `rolling Deployment ${deployment} to ${(image ?? env)?.from ?? ""} and to ${(image ?? env)?.to ?? ""} again`,
  async run({ deployment: name, image, env, forMs }, context): Promise<Disturbed> {
    const { kube, namespace } = context;
    const before = await readDeploymentPods(kube, { namespace, name });
    if (!before) return { findings: [goneMeanwhile(name, namespace)] };
    const version = image ? { image } : { env: env ?? { name: "", from: "", to: "" } };
    const turns: string[] = [];
    const onTurn = (to: string): void => void turns.push(to);
    const rolled = await rollBackAndForth(context, { before, version, leastMs: forMs, onTurn });
    return { ...rolled, rolled: turns.map((to) => ({ deployment: name, to })) };
  },
});

interface Rolling {
  readonly before: DeploymentPods;
  readonly version: Version;
  /** Versions take turns until so many milliseconds have passed. */
  readonly leastMs?: number;
  /** Called before each rollout. */
  readonly onTurn?: (to: string) => void;
}

/**
 * Sets a version to another one and back, as `kubectl set image` and `set env` do, and waits each time until all old
 * pods are gone; again, until `leastMs` have passed. Afterwards template and history are as they were.
 */
export function rollBackAndForth(
  context: DisturbanceContext,
  { before, version, leastMs = 0, onTurn = () => undefined }: Rolling,
): Promise<RolledOut> {
  const { clock, namespace } = context;
  const { name } = before.deployment.metadata;
  const { from, to } = "image" in version ? version.image : version.env;
  const fields = fieldsOf(before.deployment, version);
  if (fields.length === 0) {
    return Promise.resolve({
      findings: [notThere(version, name, namespace)],
      leastReady: before.ready.length,
    });
  }
  const started = clock.elapsed();
  return withChangedTemplate(context, undoable, { before, fields }, async (turn) => {
    let rolled: RolledOut = { findings: [], leastReady: Number.POSITIVE_INFINITY };
    let pods = before.live;
    do {
      for (const which of ["wrote", "was"] as const) {
        const next = which === "wrote" ? from : to;
        onTurn(next);
        context.announce(`rolling Deployment ${name} to ${next}`);
        await turn(which);
        const one = await awaitRollout(context, name, pods);
        rolled = together(rolled, one);
        pods = one.pods;
        if (rolled.findings.length > 0) return rolled;
      }
    } while (clock.elapsed() - started < leastMs);
    return rolled;
  });
}

function fieldsOf({ spec: { template } }: Workload, version: Version): readonly ChangedField[] {
  const { containers } = template.spec;
  if ("image" in version) {
    const { from: wrote, to: was } = version.image;
    return containers
      .filter(({ image }) => image === was)
      .map(({ name }) => ({ place: { at: "image", container: name }, was, wrote }));
  }
  const { name, from: wrote, to: was } = version.env;
  return containers
    .filter(({ env = [] }) => env.some((each) => each.name === name && each.value === was))
    .map((container) => ({ place: { at: "env", container: container.name, name }, was, wrote }));
}

function notThere(version: Version, name: string, namespace: string): DisturbFinding {
  const wanted = "image" in version ? version.image.to : `${version.env.name}=${version.env.to}`;
  return {
    object: `Deployment/${name}`,
    path: "spec.template",
    reason: "version-not-in-template",
    expected: wanted,
    actual: "not in its template",
    message: `No container of Deployment ${name} has ${wanted}, so it cannot be rolled from there to another version and back.`,
    next: `kubectl -n ${namespace} get deployment ${name} -o yaml`,
  };
}
