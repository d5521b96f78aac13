import stringWidth from "string-width";

/** Columns as wide as their widest cell, two spaces apart; the first row is the head. Ends with a line feed. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => stringWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0)).join("  ");
  return all.map((row) => `${line(row).trimEnd()}\n`).join("");
}

function pad(cell: string, width: number): string {
  return cell + " ".repeat(width - stringWidth(cell));
}
