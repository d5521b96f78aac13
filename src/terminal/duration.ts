/** A time span for people: `0.4s`, `12s`, `3m 05s`, `1h 02m`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${String(seconds)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${String(minutes)}m ${pad(seconds % 60)}s`;
  return `${String(Math.floor(minutes / 60))}h ${pad(minutes % 60)}m`;
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of `90s`, `5m`, `1h30m` or a bare number of seconds, as kubectl takes them; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+[smh])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smh])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * unitMs[unit as keyof typeof unitMs],
    0,
  );
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
