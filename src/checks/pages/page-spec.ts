import { z } from "zod";
import { defineCheck } from "../check.ts";
import { programSpec } from "../../programs/program-fields.ts";
import { placeholder } from "./fill-in.ts";

const text = z.string().min(1);
const selector = text.describe("In CSS; the first match counts.");

const fill = z.strictObject({ selector, with: z.string().describe("What is written into the field.") });

const seen = {
  selector,
  because: text
    .optional()
    .describe("Why that is right, in sentences; told where something else is shown, or nothing."),
};

const see = z.union([
  z.strictObject({
    ...seen,
    text: text.describe("What it shows, as whole words, in small letters or capitals."),
    among: text
      .optional()
      .describe("A value that is a list of words, of which it shows this one and no other."),
  }),
  z.strictObject({
    ...seen,
    matches: text
      .refine(compiles, "it is no regular expression")
      .describe("A regular expression for what it shows; what is filled in stands for itself."),
  }),
]);

const step = z.union([
  z.strictObject({ fill }),
  z.strictObject({ click: selector }),
  z.strictObject({ see: see.describe("Waits until it is visible.") }),
]);

const spec = z
  .strictObject({
    kind: z.literal("page"),
    url: text
      .refine(isUrl, "a URL that begins with http:// or https://")
      .describe("As a browser names it: `http://shop.localhost/`; labctl adds the port."),
    given: programSpec
      .optional()
      .describe(
        "A program that runs first. Its findings are the check's; each of its values fills `${name}`.",
      ),
    each: z
      .string()
      .regex(/^[a-zA-Z_]\w*$/, "the name of a value")
      .optional()
      .describe(
        "A value that is a list: the page is opened anew and the steps are done for each of its entries, whose fields are `${each.field}`, or which is `${each}` where it is a word itself.",
      ),
    trouble: text
      .default("[role=alert]")
      .describe("Where the page itself tells of trouble; told where what should be seen is not."),
    steps: z
      .array(step)
      .min(1)
      .refine((steps) => steps.some((each) => "see" in each), "nothing is seen, so nothing can be wrong")
      .describe(
        "In this order, in a window that remembers nothing; the first that cannot be done is the finding.",
      ),
  })
  .refine(
    ({ each, ...rest }) => each !== undefined || !/\$\{each[.}]/.test(JSON.stringify(rest)),
    "`${each}` needs `each`, the list whose entries it stands for",
  );

function compiles(source: string): boolean {
  try {
    return new RegExp(source.replaceAll(placeholder, "x"), "u") instanceof RegExp;
  } catch {
    return false;
  }
}

function isUrl(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url.replaceAll(placeholder, "x"));
}

export type Spec = z.infer<typeof spec>;
export type PageStep = Spec["steps"][number];
export type Fill = z.infer<typeof fill>;
export type See = z.infer<typeof see>;

/** A page that has to be used rather than fetched. */
export const page = defineCheck({
  kind: "page",
  does: "acts",
  summary: "In a real browser a page is used as a person does, and shows what it should: [how](pages.md).",
  spec,
  // It may bring a pod, and what is clicked may change something: not before the rest of its exercise has passed.
  experiment: true,
  programs: ({ given }) => (given ? [{ path: ["given"], value: given }] : []),
  observer: () => import("./page.ts"),
});
