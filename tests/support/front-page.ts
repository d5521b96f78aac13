/** A page of the ingress controller as a person's curl gets it: the host by name, on the port of the front door. */
import { createNodeFrontDoor } from "../../src/probe/node-front-door.ts";
import { defaultPorts } from "../../src/engine/engine.ts";

const tries = 60;

/** The page's text; asks for up to a minute, as a restarted ingress controller may need. */
export async function frontPage(host: string): Promise<string> {
  let last = "";
  for (let left = tries; left > 0; left--) {
    const answer = await ask(host);
    if (answer.ok && answer.status === 200) return answer.body;
    last = answer.ok ? `status ${String(answer.status)}` : answer.message;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`http://${host} did not answer with 200 within a minute: ${last}`);
}

export async function pageAnswers(host: string): Promise<boolean> {
  return (await ask(host)).ok;
}

async function ask(host: string): ReturnType<ReturnType<typeof createNodeFrontDoor>["request"]> {
  try {
    return await createNodeFrontDoor(defaultPorts).request({ url: `http://${host}/` });
  } catch (error) {
    return { ok: false, reason: "refused", message: String(error) };
  }
}
