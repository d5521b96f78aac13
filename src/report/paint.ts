import { styleText } from "node:util";

export type Style = Extract<Parameters<typeof styleText>[0], string>;

/** Colours a piece of text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** @param color what `Streams.color` says of the stream that it is for. */
export function createPaint(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}
