import type { ImageFacts } from "../../docker/docker.ts";
import { EnvironmentError } from "../../errors.ts";
import type { LookContext, CheckFinding } from "../../look/look.ts";
import { labName } from "../../look/lab-name.ts";
import { findImage, requireDocker } from "./local.ts";
import type { Spec } from "./local-image-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const docker = requireDocker(context);
  const found = await findImage(docker, wanted.image);
  if (!found.ok) return found.findings;
  const base = await docker.image(wanted.base);
  if (!base) throw noBase(wanted.base, context);
  if (!base.layers.every((layer, index) => found.image.layers[index] === layer)) return [otherBase(wanted)];
  const own = found.image.history.slice(base.history.length).map(instructionOf);
  const lacking = wanted.instructions.filter((group) => !group.some((each) => own.includes(each)));
  const findings = lacking.length > 0 ? [without(lacking, own, wanted)] : [];
  return wanted.notRoot && isRoot(found.image) ? [...findings, asRoot(found.image, wanted)] : findings;
}

/** Of a line as the classic builder writes it (`/bin/sh -c #(nop)  ENV A=b`), and as BuildKit does (`ENV A=b`). */
function instructionOf(line: string): string | undefined {
  const named = /#\(nop\)\s+([A-Z]+)\b/.exec(line) ?? /^([A-Z]+) /.exec(line);
  if (named) return named[1];
  return line === "" ? undefined : "RUN";
}

function isRoot({ user }: ImageFacts): boolean {
  return /^(root|0*)(:.*)?$/.test(user);
}

function noBase(base: string, context: LookContext): EnvironmentError {
  return new EnvironmentError({
    message: `The container engine has no ${base}, which the lab's images are built on.`,
    hint: `labctl reset ${labName(context)}`,
  });
}

function otherBase({ image, base }: Spec): CheckFinding {
  return {
    object: `Image/${image}`,
    path: "FROM",
    reason: "another-base",
    expected: base,
    actual: "other layers",
    message: `${image} is not built on ${base}: its lowest layers are others.`,
    next: `docker history ${image}`,
  };
}

function without(
  lacking: Spec["instructions"],
  own: readonly (string | undefined)[],
  { image, base }: Spec,
): CheckFinding {
  const groups = lacking.map((group) => group.join(" or "));
  const has = own.filter((name) => name !== undefined);
  return {
    object: `Image/${image}`,
    path: "history",
    reason: "instructions-missing",
    expected: groups.join(", "),
    actual: has.length === 0 ? "nothing" : has.join(", "),
    message: `${image} adds no ${groups.join(", no ")} to ${base}.`,
    next: `docker history ${image}`,
  };
}

function asRoot({ user }: ImageFacts, { image }: Spec): CheckFinding {
  return {
    object: `Image/${image}`,
    path: "USER",
    reason: "runs-as-root",
    expected: "a user that is not root",
    actual: user === "" ? "no USER" : user,
    message: `The containers of ${image} run as root: its last USER is ${user === "" ? "none" : user}.`,
    next: `docker inspect --format '{{.Config.User}}' ${image}`,
  };
}
