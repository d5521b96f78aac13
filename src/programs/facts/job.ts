import { requireCompleteJob } from "../../look/complete-job.ts";
import type { Resolve } from "./fact.ts";
import { tellPod } from "./told-pod.ts";

/** A Job that has ended well. */
export const jobFact: Resolve<"job"> = async ({ job: name }, context) => {
  const found = await requireCompleteJob(context, name);
  if (!found.ok) return found;
  const { metadata, status } = found.job;
  return {
    ok: true,
    value: {
      name,
      uid: metadata.uid,
      startedAt: status?.startTime,
      completedAt: status?.completionTime,
      pods: found.pods.map(tellPod),
    },
  };
};
