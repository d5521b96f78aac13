/** Whether a Service leads to the pods that it should lead to, because its selector says so. */
import { writeLabels } from "../diagnosis/service-cause.ts";
import { isOwnedBy } from "../kube/deployment-pods.ts";
import type { Endpoint, EndpointSlice, Pod, Service, Workload } from "../kube/objects.ts";
import { findService } from "./find-service.ts";
import type { CheckFinding, LookContext } from "./look.ts";
import { requireReadyPods } from "./ready-pods.ts";
import { explainSilence } from "./silence.ts";

/** The controller that makes EndpointSlices from a Service's selector; a slice of anyone else was written by hand. */
const controller = "endpointslice-controller.k8s.io";

interface Wanted {
  readonly service: string;
  readonly deployment: string;
}

/** What stands between a Service and exactly the Ready pods of a Deployment. */
export async function whyNotOwn(wanted: Wanted, context: LookContext): Promise<readonly CheckFinding[]> {
  const found = await findService(context, wanted);
  if (!found.ok) return found.findings;
  const byHand = await whyByHand(found.service, context);
  if (byHand.length > 0) return byHand;
  const ready = await requireReadyPods(context, { ...wanted, replicas: { atLeast: 1 } });
  if (!ready.ok) return ready.findings;
  const slices = await slicesOf(context, wanted.service);
  const { ready: pods, deployment } = ready.pods;
  return compare({ wanted, service: found.service, slices, pods, deployment }, context);
}

/** Milliseconds after pods have changed in which Kubernetes writes the endpoints anew. */
const writtenWithinMs = 10_000;

/** The same, where pods may have changed just now. */
export async function whyNotOwnSoon(wanted: Wanted, context: LookContext): Promise<readonly CheckFinding[]> {
  const waited = await context.wait({
    observe: async () => {
      const value = await whyNotOwn(wanted, context);
      return { done: value.length === 0, value };
    },
    withinMs: writtenWithinMs,
    signal: context.signal,
  });
  return waited.value;
}

/** The findings for endpoints of a Service that somebody has written, and no selector. */
export async function whyByHand(service: Service, context: LookContext): Promise<readonly CheckFinding[]> {
  const { name } = service.metadata;
  if (!hasSelector(service)) return [noSelector(name, context)];
  const foreign = (await slicesOf(context, name)).filter((slice) => !isMadeFromSelector(slice, service));
  return foreign.map((slice) => handWritten(name, slice, context));
}

function hasSelector({ spec: { selector = {} } }: Service): boolean {
  return Object.keys(selector).length > 0;
}

function noSelector(service: string, { namespace }: LookContext): CheckFinding {
  return {
    object: `Service/${service}`,
    path: "spec.selector",
    reason: "no-selector",
    expected: "a selector",
    actual: "none",
    message: `Service ${service} has no selector: whatever endpoints it has are written by hand and do not follow the pods.`,
    next: `kubectl -n ${namespace} get service ${service} -o yaml`,
  };
}

function slicesOf({ kube, namespace }: LookContext, service: string): Promise<readonly EndpointSlice[]> {
  return kube.list("EndpointSlice", { namespace, labelSelector: `kubernetes.io/service-name=${service}` });
}

function isMadeFromSelector(slice: EndpointSlice, service: Service): boolean {
  return (
    slice.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] === controller &&
    isOwnedBy(slice, service)
  );
}

function handWritten(service: string, slice: EndpointSlice, { namespace }: LookContext): CheckFinding {
  const by = slice.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ?? "nobody";
  return {
    object: `EndpointSlice/${slice.metadata.name}`,
    reason: "endpoints-by-hand",
    expected: `endpoints that Kubernetes makes from the selector of Service ${service}`,
    actual: `written by hand (managed by ${by})`,
    message: `The endpoints of Service ${service} are written by hand in ${slice.metadata.name}: they do not follow the pods.`,
    next: `kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${service}`,
  };
}

interface Compared {
  readonly wanted: Wanted;
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly pods: readonly Pod[];
  readonly deployment: Workload;
}

async function compare(seen: Compared, context: LookContext): Promise<readonly CheckFinding[]> {
  const { wanted, service, slices, pods } = seen;
  const inside = slices.flatMap(usableEndpoints);
  const uids = new Set(inside.map(({ targetRef }) => targetRef?.uid));
  const outside = pods.filter(({ metadata }) => !uids.has(metadata.uid));
  const strangers = inside.filter(
    ({ targetRef }) => !pods.some(({ metadata }) => metadata.uid === targetRef?.uid),
  );
  if (outside.length === 0 && strangers.length === 0) return byLabelOfPods(seen, context);
  const cause = inside.length === 0 ? await explainSilence(context, service, wanted.deployment) : undefined;
  return [
    {
      object: `Service/${wanted.service}`,
      path: "spec.selector",
      reason: cause?.reason ?? "other-endpoints",
      expected: `the ${String(pods.length)} Ready pods of Deployment ${wanted.deployment}`,
      actual: inside.length === 0 ? "no endpoints" : describe(inside),
      message: cause?.message ?? sentence({ wanted, outside, strangers, none: inside.length === 0 }),
      next:
        cause?.next ??
        `kubectl -n ${context.namespace} get endpointslices -l kubernetes.io/service-name=${wanted.service}`,
    },
  ];
}

/** A label that was put on pods by hand goes with them: the Service would not find the next ones. */
function byLabelOfPods(
  { wanted, service, deployment }: Compared,
  { namespace }: LookContext,
): readonly CheckFinding[] {
  const { labels = {} } = deployment.spec.template.metadata ?? {};
  const lacking = Object.entries(service.spec.selector ?? {}).filter(([key, value]) => labels[key] !== value);
  if (lacking.length === 0) return [];
  const selector = writeLabels(Object.fromEntries(lacking));
  return [
    {
      object: `Service/${wanted.service}`,
      path: "spec.selector",
      reason: "selects-labels-of-pods-alone",
      expected: `labels of Deployment ${wanted.deployment}'s pod template`,
      actual: `${selector}, which is on the pods alone`,
      message: `Service ${wanted.service} finds its pods by ${selector}, which the pod template of Deployment ${wanted.deployment} does not give: the next pods will not be behind it.`,
      next: `kubectl -n ${namespace} get deployment ${wanted.deployment} -o yaml`,
    },
  ];
}

/** A slice without ports leads nowhere: that is where pods go that lack a named targetPort. */
function usableEndpoints({ endpoints: all = [], ports = [] }: EndpointSlice): readonly Endpoint[] {
  return ports.length === 0 ? [] : all.filter(({ conditions }) => conditions?.ready !== false);
}

function describe(inside: readonly Endpoint[]): string {
  return inside.map(nameOf).sort().join(", ");
}

function nameOf({ targetRef, addresses }: Endpoint): string {
  return targetRef?.name ?? addresses.join(" ");
}

interface Difference {
  readonly wanted: Wanted;
  readonly outside: readonly Pod[];
  readonly strangers: readonly Endpoint[];
  readonly none: boolean;
}

function sentence({ wanted, outside, strangers, none }: Difference): string {
  if (none) return `Service ${wanted.service} has no endpoints yet: check again in a moment.`;
  const lacking = outside.map(({ metadata }) => metadata.name).join(", ");
  const extra = strangers.map(nameOf).join(", ");
  const first = lacking === "" ? "" : ` It leaves out ${lacking}.`;
  const second = extra === "" ? "" : ` It also leads to ${extra}.`;
  return `Service ${wanted.service} does not lead to exactly the pods of Deployment ${wanted.deployment}.${first}${second}`;
}
