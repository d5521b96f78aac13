/** Text for a terminal in the place of what was there before: each line over the old one, and what is below it gone. */
export function redraw(text: string): string {
  const home = "\u001b[H";
  const restOfLine = "\u001b[K";
  const below = "\u001b[J";
  return `${home}${text.replaceAll("\n", `${restOfLine}\n`)}${below}`;
}
