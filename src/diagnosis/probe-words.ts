interface ProbeFields {
  readonly httpGet?: { readonly path?: string; readonly port?: number | string };
  readonly tcpSocket?: { readonly port?: number | string };
  readonly exec?: { readonly command?: readonly string[] };
}

/** A container's probe in a few words: "GET /ready on port 8080"; undefined when it has none. */
export function probeOf(probe: unknown): string | undefined {
  if (typeof probe !== "object" || probe === null) return undefined;
  const { httpGet, tcpSocket, exec } = probe as ProbeFields;
  if (httpGet) return `GET ${httpGet.path ?? "/"} on port ${String(httpGet.port)}`;
  if (tcpSocket) return `a connection to port ${String(tcpSocket.port)}`;
  if (exec) return `the command ${(exec.command ?? []).join(" ")}`;
  return "its own kind";
}
