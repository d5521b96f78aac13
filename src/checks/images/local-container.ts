import type { ContainerFacts } from "../../docker/docker.ts";
import { localTag } from "../../oci/local-tag.ts";
import { askBeside } from "../../probe/beside-probe.ts";
import type { LookContext, LookDocker, CheckFinding } from "../../look/look.ts";
import { observeAnswers } from "../traffic/answering.ts";
import { findImage, requireDocker } from "./local.ts";
import type { Spec } from "./local-container-spec.ts";

export async function observe(wanted: Spec, context: LookContext): Promise<readonly CheckFinding[]> {
  const docker = requireDocker(context);
  const container = await docker.container(wanted.container);
  if (!container?.running) return [notRunning(wanted, container)];
  const found = await findImage(docker, wanted.image);
  if (!found.ok) return found.findings;
  if (container.imageId !== found.image.id) return [otherImage(wanted, container, found.image.id)];
  return silence(wanted, docker, context);
}

function notRunning({ container: name }: Spec, found: ContainerFacts | undefined): CheckFinding {
  const code = String(found?.exitCode ?? 0);
  return {
    object: `Container/${name}`,
    reason: found ? "container-ended" : "container-not-found",
    expected: "a running container",
    actual: found ? `ended with exit code ${code}` : "not found",
    message: found
      ? `Container ${name} does not run: it has ended with exit code ${code}.`
      : `There is no container ${name} yet.`,
    next: found ? `docker logs ${name}` : "docker ps --all",
  };
}

function otherImage({ container, image }: Spec, { imageId }: ContainerFacts, id: string): CheckFinding {
  return {
    object: `Container/${container}`,
    path: "Image",
    reason: "container-of-another-image",
    expected: id,
    actual: imageId,
    message: `Container ${container} runs another image than ${image} is now. A container keeps the image that it was started with: remove it and run it again.`,
    next: `docker inspect --format '{{.Image}}' ${container}`,
  };
}

async function silence(
  { container, answers }: Spec,
  docker: LookDocker,
  context: LookContext,
): Promise<readonly CheckFinding[]> {
  if (!answers) return [];
  const beside = { docker, container, image: localTag("probe"), boundary: context.nonce() };
  const wrong = await observeAnswers(answers, {
    host: "localhost",
    ask: (requests) => askBeside(requests, beside),
    context,
  });
  if (!wrong) return [];
  const message = `Container ${container} does not answer on port ${String(answers.port)} as it should: ${wrong.expected} was wanted, ${wrong.actual} came.`;
  return [{ object: `Container/${container}`, ...wrong, message, next: `docker logs ${container}` }];
}
