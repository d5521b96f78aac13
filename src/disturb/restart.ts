import { readDeploymentPods, type DeploymentPods } from "../kube/deployment-pods.ts";
import { awaitRollout, goneMeanwhile, together, type RolledOut } from "./await-rollout.ts";
import { templateUndo, withChangedTemplate } from "./changed-template.ts";
import { defineDisturbance, type DisturbanceContext } from "./disturbance.ts";
import { restartSpec } from "./restart-spec.ts";

/** What `kubectl rollout restart` writes. */
const annotation = "kubectl.kubernetes.io/restartedAt";

const undoable = templateUndo("restart", "restarted");

/** A rollout that is restarted, as `kubectl rollout restart` does, and taken back. */
export const restart = defineDisturbance({
  ...undoable,
  spec: restartSpec,
  describe: ({ deployment }) => `restarting the rollout of Deployment ${deployment}`,
  async run({ deployment: name }, context) {
    const { kube, namespace } = context;
    const before = await readDeploymentPods(kube, { namespace, name });
    if (!before) return { findings: [goneMeanwhile(name, namespace)] };
    const rolled = [
      { deployment: name, to: "restarted" },
      { deployment: name, to: "as before" },
    ];
    return { ...(await restartAndTakeBack(context, before)), rolled };
  },
});

/** Two rollouts, after which the template is the student's own, and the history as it was. */
export function restartAndTakeBack(context: DisturbanceContext, before: DeploymentPods): Promise<RolledOut> {
  const { name } = before.deployment.metadata;
  const was = before.deployment.spec.template.metadata?.annotations?.[annotation] ?? null;
  const wrote = new Date(context.clock.now()).toISOString();
  const fields = [{ place: { at: "annotation", name: annotation }, was, wrote } as const];
  return withChangedTemplate(context, undoable, { before, fields }, async (turn) => {
    context.announce(`restarting the rollout of Deployment ${name} under traffic`);
    await turn("wrote");
    const there = await awaitRollout(context, name, before.live);
    context.announce(`taking the restart of Deployment ${name} back under traffic`);
    await turn("was");
    const back = await awaitRollout(context, name, there.pods);
    return together(there, back);
  });
}
