interface UrlParts {
  /** A name, or an address of either family. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export function httpUrl({ host, port, path }: UrlParts): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${String(port)}${path}`;
}

/** The same page, asked with a word in its query string that can be found again in a log. */
export function withQuery(url: string, word: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}labctl=${word}`;
}
