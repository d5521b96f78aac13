import { writeLabels } from "../../diagnosis/service-cause.ts";
import type { Container, Pod } from "../../kube/objects.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import type { Answering } from "../traffic/answering-spec.ts";
import { observeAnswers } from "../traffic/answering.ts";
import { changeOfProgram, otherStart } from "../../look/unchanged-program.ts";
import { findPod } from "./find-pod.ts";
import type { Spec } from "./pod-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await findPod(wanted, context);
  if (!found.ok) return found.findings;
  const findings = lookAt(found, wanted, context);
  if (findings.length > 0 || !wanted.answers) return findings;
  const silent = await silence(found.pod, wanted.answers, context);
  if (silent.length === 0) return [];
  // One that ends again and again is Ready for moments: then why it ends is what there is to say.
  const now = await findPod(wanted, context);
  return now.ok ? silent : now.findings;
}

interface Own {
  readonly pod: Pod;
  /** Those that run the image. */
  readonly containers: readonly Container[];
}

function lookAt(found: Own, wanted: Spec, context: LookContext): readonly CheckFinding[] {
  const looks = [unlabelled, tooFewContainers, nothingShared, otherProgram, otherEnvironment];
  const object = `Pod/${found.pod.metadata.name}`;
  return looks.flatMap((look) => {
    const finding = look(found.pod, wanted, found.containers);
    if (!finding) return [];
    return [
      { object, next: `kubectl -n ${context.namespace} get ${object.toLowerCase()} -o yaml`, ...finding },
    ];
  });
}

type Part = Omit<CheckFinding, "object" | "next">;

function unlabelled({ metadata }: Pod, wanted: Spec): Part | undefined {
  const { name, labels = {} } = metadata;
  const lacking = Object.entries(wanted.labels).filter(([key, value]) => labels[key] !== value);
  if (lacking.length === 0) return undefined;
  const expected = writeLabels(Object.fromEntries(lacking));
  const actual = Object.keys(labels).length === 0 ? "no label" : writeLabels(labels);
  const message = `Pod ${name} does not carry the label ${expected}; it carries ${actual}.`;
  return { reason: "label-missing", path: "metadata.labels", expected, actual, message };
}

function tooFewContainers({ metadata, status }: Pod, { containers }: Spec): Part | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const running = all.filter(({ state }) => state?.running);
  if (running.length >= containers) return undefined;
  const names = running.map(({ name }) => name).join(", ");
  const message = `Pod ${metadata.name} has ${String(running.length)} running container (${names}), not ${String(containers)}.`;
  return {
    reason: "too-few-containers",
    path: "spec.containers",
    expected: `${String(containers)} containers`,
    actual: names,
    message,
  };
}

function nothingShared({ metadata, spec: { volumes = [], ...own } }: Pod, wanted: Spec): Part | undefined {
  if (!wanted.sharedEmptyDir) return undefined;
  const sidecars = (own.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const containers = [...own.containers, ...sidecars];
  const mounts = (container: Container, volume: string): boolean =>
    (container.volumeMounts ?? []).some(({ name }) => name === volume);
  const empty = volumes.filter(({ emptyDir }) => emptyDir !== undefined).map(({ name }) => name);
  const isShared = empty.some((volume) => containers.filter((each) => mounts(each, volume)).length > 1);
  if (isShared) return undefined;
  const message = `No two containers of pod ${metadata.name} mount the same emptyDir volume, so neither sees what the other writes.`;
  const actual = empty.length === 0 ? "no emptyDir" : `${empty.join(", ")}, mounted by one container at most`;
  return {
    reason: "nothing-shared",
    path: "spec.volumes",
    expected: "an emptyDir that two containers mount",
    actual,
    message,
  };
}

/** One container that runs the image as it is does: others are beside it. */
function otherProgram(
  { metadata: { name } }: Pod,
  { image = "its image", program }: Spec,
  containers: readonly Container[],
): Part | undefined {
  if (program === undefined) return undefined;
  const changes = containers.map(program === "unchanged" ? changeOfProgram : otherStart);
  const [change] = changes;
  if (change === undefined || changes.includes(undefined)) return undefined;
  return {
    reason: "program-changed",
    path: "spec.containers[]",
    expected: `the program of ${image}`,
    actual: change,
    message: `Pod ${name} runs ${image}, but not its program as it is: ${change}.`,
  };
}

function otherEnvironment(
  { metadata }: Pod,
  wanted: Spec,
  containers: readonly Container[],
): Part | undefined {
  const variables = Object.entries(wanted.env);
  const lackingIn = (container: Container) =>
    variables.filter(
      ([key, value]) => !container.env?.some((has) => has.name === key && has.value === value),
    );
  const best = containers.map(lackingIn).sort((a, b) => a.length - b.length)[0] ?? variables;
  if (best.length === 0) return undefined;
  const expected = writeLabels(Object.fromEntries(best));
  const has = containers.flatMap(({ env = [] }) => env.map(({ name, value = "" }) => `${name}=${value}`));
  const actual = has.length === 0 ? "none" : has.join(",");
  const message = `No container of pod ${metadata.name} has ${expected} in its environment; what it has: ${actual}.`;
  return { reason: "other-environment", path: "spec.containers[].env", expected, actual, message };
}

async function silence(
  { metadata, status }: Pod,
  wanted: Answering,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  const ask = (requests: Parameters<typeof context.probe.request>[0]) =>
    context.probe.request(requests, context.signal);
  const wrong = await observeAnswers(wanted, { host: status?.podIP ?? "", ask, context });
  if (!wrong) return [];
  const { name } = metadata;
  const message = `Pod ${name} does not answer on port ${String(wanted.port)} as it should: ${wrong.expected} was wanted, ${wrong.actual} came.`;
  const next = `kubectl -n ${context.namespace} logs ${name} --all-containers`;
  return [{ object: `Pod/${name}`, ...wrong, message, next }];
}
