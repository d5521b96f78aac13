/** The text below a heading that begins like this, up to the next one of its level or above. */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split("\n");
  const from = lines.findIndex((line) => line.startsWith(heading));
  if (from < 0) throw new Error(`No heading begins with "${heading}".`);
  const level = heading.indexOf(" ");
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return rest.slice(0, to < 0 ? rest.length : to).join("\n");
}

/** The cells of every table's rows, without the tables' heads. */
export function rowsOf(markdown: string): readonly (readonly string[])[] {
  const tables = markdown
    .split(/\n(?!\|)/)
    .map((part) => part.split("\n").filter((line) => line.startsWith("|")));
  return tables
    .flatMap((lines) => lines.slice(2))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Exercises as pages name them: `` `nginx-deployment/deploy` ``, whether there are such or not. */
export function exercisesNamedIn(page: string): readonly string[] {
  const named = [...page.matchAll(/`([a-z][a-z-]*\/[a-z][a-z-]*)`/g)].map(([, name = ""]) => name);
  return [...new Set(named)];
}
