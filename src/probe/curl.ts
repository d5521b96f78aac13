/** How requests are handed to curl in the probe pod, and how its output is read. */
import { maxTextBytes } from "../bounded.ts";
import type { HttpAnswer, HttpRequest } from "./probe.ts";

/** Bytes of an answer, its headers included, that are handed on; curl's own max-filesize holds for announced lengths alone. */
const maxAnswerBytes = maxTextBytes;

/** Bytes of what curl says behind an answer. */
const maxEndBytes = 4096;

/**
 * One curl process for each line of standard input, so that no two requests share a connection. A line is a curl
 * configuration in base64: nothing of a request is ever read by the shell. Answers go past the shell, too, to a `head`
 * that ends where one is too long; what curl says of it comes behind it.
 */
export const curlScript = `while read -r line; do
end=$({ printf %s "$line" | base64 -d | curl --disable --config - | head -c ${String(maxAnswerBytes)} >&3; } 2>&1)
printf '\\n%s\\n' "$end"
done 3>&1`;

/** What the script may take: the bytes that it writes for these requests, and milliseconds. */
export function curlLimits(requests: readonly HttpRequest[]): { maxBytes: number; withinMs: number } {
  const ms = requests.reduce((sum, { timeoutMs = defaultTimeoutMs }) => sum + timeoutMs, 0);
  return { maxBytes: requests.length * (maxAnswerBytes + maxEndBytes), withinMs: ms + marginMs };
}

/** Milliseconds in which a node that is busy starts the programs of a batch. */
const marginMs = 30_000;

/** Milliseconds for a request that names no time of its own. */
const defaultTimeoutMs = 5000;

export function writeCurlInput(requests: readonly HttpRequest[], boundary: string): string {
  return requests
    .map((request) => `${Buffer.from(writeConfig(request, boundary)).toString("base64")}\n`)
    .join("");
}

/** https://curl.se/docs/manpage.html#-K */
function writeConfig(
  { url, headers = {}, method = "GET", body, timeoutMs = defaultTimeoutMs }: HttpRequest,
  boundary: string,
): string {
  // What a body is stands in the headers; curl would call it a form.
  const untyped = body !== undefined && !Object.keys(headers).some((name) => /^content-type$/i.test(name));
  const lines = [
    "silent",
    "include",
    "globoff",
    'noproxy = "*"',
    `max-time = ${String(timeoutMs / 1000)}`,
    `request = ${quote(method)}`,
    ...Object.entries(headers).map(([name, value]) => `header = ${quote(`${name}: ${value}`)}`),
    ...(untyped ? ['header = "content-type:"'] : []),
    ...(body === undefined ? [] : [`data-raw = ${quote(body)}`]),
    `url = ${quote(url)}`,
    `write-out = ${quote(`%{stderr}${boundary} %{exitcode}:%{size_header}:%{size_download} %{errormsg}`, { keepEscapes: true })}`,
  ];
  return `${lines.join("\n")}\n`;
}

function quote(text: string, { keepEscapes = false } = {}): string {
  const escaped = keepEscapes ? text : text.replaceAll("\\", "\\\\");
  return `"${escaped.replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r")}"`;
}

interface Written {
  readonly boundary: string;
  /** How many requests there were. */
  readonly count: number;
}

/** One answer a request, in order; what curl did not get to is an answer that did not come. */
export function parseCurlOutput(output: string, { boundary, count }: Written): readonly HttpAnswer[] {
  const answers: HttpAnswer[] = [];
  let rest = output;
  while (answers.length < count) {
    const mark = `\n${boundary} `;
    const at = rest.indexOf(mark);
    if (at < 0) break;
    const end = rest.indexOf("\n", at + mark.length);
    const [numbers = "", ...words] = rest.slice(at + mark.length, end < 0 ? undefined : end).split(" ");
    const [exitCode = NaN, ...sizes] = numbers.split(":").map(Number);
    // What is a little too long fits into the pipe before its reader has ended: curl notices nothing then.
    const isLong = exitCode === writeError || sizes.reduce((sum, size) => sum + size, 0) > maxAnswerBytes;
    if (isLong) answers.push({ ok: false, reason: "other", message: tooLong });
    else answers.push(toAnswer({ exitCode, message: words.join(" "), text: rest.slice(0, at) }));
    rest = end < 0 ? "" : rest.slice(end + 1);
  }
  const none: HttpAnswer = { ok: false, reason: "other", message: "the probe pod sent no answer back" };
  return [...answers, ...Array.from({ length: count - answers.length }, () => none)];
}

interface CurlResult {
  readonly exitCode: number;
  readonly message: string;
  /** Header and body, as they came. */
  readonly text: string;
}

function toAnswer({ exitCode, message, text }: CurlResult): HttpAnswer {
  if (exitCode !== 0) return { ok: false, ...failureOf(exitCode, message) };
  return parseResponse(text) ?? { ok: false, reason: "other", message: "the answer is not HTTP" };
}

/** curl could not hand on what came, since nobody reads it any more: https://curl.se/docs/manpage.html#EXITCODES */
const writeError = 23;
/** How a page's answer is told that is more than is read. */
export const tooLong = "the answer is longer than the 1 MiB that labctl reads";

/** https://curl.se/docs/manpage.html#EXITCODES */
function failureOf(
  exitCode: number,
  said: string,
): Pick<Extract<HttpAnswer, { ok: false }>, "reason" | "message"> {
  // What is full is its buffer for one line of a header.
  if (exitCode === 27)
    return {
      reason: "other",
      message: "a line of the answer's headers is longer than the 100 KiB that curl reads",
    };
  const message = said === "" ? `curl ended with exit code ${String(exitCode)}` : said;
  if (exitCode === 6) return { reason: "unresolved", message };
  if (exitCode === 7) return { reason: "refused", message };
  if (exitCode === 28) return { reason: "timeout", message };
  if ([35, 51, 53, 54, 58, 59, 60, 77, 80, 82, 83, 90, 91].includes(exitCode))
    return { reason: "tls", message };
  return { reason: "other", message };
}

function parseResponse(text: string): HttpAnswer | undefined {
  const end = text.search(/\r?\n\r?\n/);
  const head = end < 0 ? text : text.slice(0, end);
  const body = end < 0 ? "" : text.slice(end).replace(/^\r?\n\r?\n/, "");
  const [first = "", ...lines] = head.split(/\r?\n/);
  const status = Number(/^HTTP\/[\d.]+ (\d{3})/.exec(first)?.[1]);
  if (!status) return undefined;
  // 100 Continue and its kind come before the answer itself.
  if (status < 200) return parseResponse(body);
  return { ok: true, status, headers: parseHeaders(lines), body };
}

function parseHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
  });
  return Object.fromEntries(pairs.filter(([name]) => name !== ""));
}
