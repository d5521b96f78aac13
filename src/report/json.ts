import { reportApiVersion, type CheckReport, type CheckReportList } from "./result.ts";

/** One report as it is; several as a list. One lab of `--all` is a list, too. */
export function toDocument(
  reports: readonly CheckReport[],
  { asList }: { readonly asList: boolean },
): CheckReport | CheckReportList {
  const [first] = reports;
  if (first && reports.length === 1 && !asList) return first;
  return { apiVersion: reportApiVersion, kind: "CheckReportList", items: reports };
}

/** Exactly one JSON document and a line feed. */
export function renderJson(document: CheckReport | CheckReportList): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
