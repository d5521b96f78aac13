/** The minutes at which a schedule is due, so that two ways to write the same one are the same. */

const names = {
  month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  day: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
} as const;

interface Field {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const fields: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31 },
  { from: 1, to: 12, names: names.month },
  { from: 0, to: 6, names: names.day },
];

/** https://pkg.go.dev/github.com/robfig/cron/v3#hdr-Predefined_schedules */
const macros: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Whether two schedules are due at the same minutes, as Kubernetes reads them; one that is none equals only itself. */
export function isSameSchedule(one: string, other: string): boolean {
  return one === other || (canonical(one) !== undefined && canonical(one) === canonical(other));
}

/** Each field as the list of its values: "30 02 * * *" and "30 2 1-31 * ?" are the same. */
function canonical(schedule: string): string | undefined {
  const written = schedule.trim();
  const parts = (macros[written] ?? written).toLowerCase().split(/\s+/);
  if (parts.length !== fields.length) return undefined;
  const lists = parts.map((part, index) => valuesOf(part, fields[index] ?? { from: 0, to: 0 }));
  return lists.includes(undefined) ? undefined : lists.join(" ");
}

function valuesOf(part: string, field: Field): string | undefined {
  const ranges = part.split(",").map((range) => rangeOf(range, field));
  const values = ranges.flatMap((range) => range ?? []);
  if (ranges.includes(undefined)) return undefined;
  return [...new Set(values)].sort((a, b) => a - b).join(",");
}

function rangeOf(text: string, field: Field): readonly number[] | undefined {
  const [, first = "", last, step = "1"] =
    /^(\*|\?|[a-z]{3}|\d+)(?:-([a-z]{3}|\d+))?(?:\/(\d+))?$/.exec(text) ?? [];
  if (first === "" || Number(step) === 0) return undefined;
  const any = first === "*" || first === "?";
  const from = any ? field.from : numberOf(first, field);
  const openEnd = any || text.includes("/") ? field.to : from;
  const to = last === undefined ? openEnd : numberOf(last, field);
  if (from === undefined || to === undefined || from < field.from || to > field.to) return undefined;
  const count = Math.floor((to - from) / Number(step)) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => from + index * Number(step));
}

function numberOf(text: string, field: Field): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const index = field.names?.indexOf(text) ?? -1;
  return index < 0 ? undefined : index + field.from;
}
