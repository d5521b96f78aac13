/** Requests that a check makes: from a pod inside the cluster, or from the host through the ingress controller. */

export interface HttpRequest {
  /** Absolute: `http://10.96.0.12:80/v1`. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** GET by default. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as it is; what it is stands in the headers. */
  readonly body?: string;
  /** Milliseconds for the whole exchange; 5000 by default. */
  readonly timeoutMs?: number;
}

/** An answer, or why there was none. A refused connection is a value: it is what the student has to see. */
export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | {
      readonly ok: false;
      readonly reason: "refused" | "timeout" | "unresolved" | "tls" | "other";
      /** One line for a person. */
      readonly message: string;
    };

export interface Probe {
  /**
   * Sends requests one after the other from the probe pod (namespace `labctl-system`), each on a connection of its
   * own, so that a Service chooses an endpoint anew.
   * @throws EnvironmentError when the probe pod itself cannot run.
   */
  request(requests: readonly HttpRequest[], signal?: AbortSignal): Promise<readonly HttpAnswer[]>;
  /**
   * As `request`, from a pod of a worker. A node hands what its own pods send to one of its ports to any endpoint,
   * whatever the Service's externalTrafficPolicy, so the control plane's port is asked from elsewhere.
   * @throws EnvironmentError when no canary runs on a worker.
   */
  requestFromWorker(requests: readonly HttpRequest[], signal?: AbortSignal): Promise<readonly HttpAnswer[]>;
  /** The addresses a name resolves to inside the cluster, in a namespace without objects of the lab; empty for none. */
  resolve(name: string): Promise<readonly string[]>;
}

/**
 * The lab's front door as a person's browser sees it: 127.0.0.1 with the ports of the ingress controller.
 * All methods throw EnvironmentError when nothing answers there at all: that is an outage, not the student's.
 */
export interface FrontDoor {
  /** @param request its `url` names the host as a browser would (`http://nginx.localhost/`); ports are added. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  /** The leaf certificate shown for a server name, in PEM, or undefined when there is no TLS answer. */
  certificate(serverName: string): Promise<string | undefined>;
}
