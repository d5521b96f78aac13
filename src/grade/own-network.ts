/** Everything that a check asks over the network is asked where nobody draws the addresses to himself. */
import type { DisturbContext } from "../checks/check.ts";
import { requireOwnAddresses } from "../look/claimed-addresses.ts";

type Network = Pick<DisturbContext, "probe" | "frontDoor" | "traffic" | "runners" | "browser">;

/** The same, looked after before and after: a Service may come to take an address while it is asked. */
export function overOwnNetwork({
  probe,
  frontDoor,
  traffic,
  runners,
  browser,
  ...context
}: Network & Pick<DisturbContext, "kube" | "namespace">): Network {
  const look = () => requireOwnAddresses(context);
  const between = async <T>(ask: () => Promise<T>): Promise<T> => {
    await look();
    const answer = await ask();
    await look();
    return answer;
  };
  return {
    probe: {
      request: (requests, signal) => between(() => probe.request(requests, signal)),
      requestFromWorker: (requests, signal) => between(() => probe.requestFromWorker(requests, signal)),
      resolve: (name) => between(() => probe.resolve(name)),
    },
    frontDoor: {
      request: (request) => between(() => frontDoor.request(request)),
      certificate: (name) => frontDoor.certificate(name),
    },
    traffic: {
      async start(options, signal) {
        await look();
        const running = await traffic.start(options, signal);
        return { stop: () => running.stop().finally(look) };
      },
    },
    runners: {
      open: (wanted) => between(() => runners.open(wanted)),
      confirm: (runner) => between(() => runners.confirm(runner)),
      discard: (runner) => runners.discard(runner),
      trouble: (runner) => runners.trouble(runner),
      [Symbol.asyncDispose]: () => runners[Symbol.asyncDispose](),
    },
    browser: { open: () => between(() => browser.open()) },
  };
}
