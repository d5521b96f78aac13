import { z } from "zod";
import type { checkKinds } from "../../src/checks/index.ts";
import { renderMarkdownTable } from "./markdown-table.ts";

/** The parts of a JSON schema that a reader of the page needs. */
interface Schema {
  readonly type?: string;
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

/** docs/checks.md: every kind of check with its fields, from the schemas that lab.yaml is read with. */
export function renderChecksPage(kinds: typeof checkKinds): string {
  return (
    [
      "# The kinds of checks",
      "Generated from `src/checks/`; change it there, then run `make generate`.",
      renderMarkdownTable(
        ["kind", "sees"],
        kinds.map(({ kind, summary }) => [`[\`${kind}\`](#${kind})`, summary]),
      ),
      ...kinds.map(renderKind),
    ].join("\n\n") + "\n"
  );
}

function renderKind(kind: (typeof checkKinds)[number]): string {
  const schema = z.toJSONSchema(kind.spec, { io: "input", unrepresentable: "any" }) as Schema;
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "kind");
  const rows = fields.map(([name, field]) => [
    `\`${name}\``,
    describeType(field),
    schema.required?.includes(name) === true ? "yes" : "",
    [field.description, defaultOf(field)].filter(Boolean).join(" "),
  ]);
  const experiment =
    "experiment" in kind && kind.experiment
      ? ["An experiment: it disturbs the cluster, and runs last and alone."]
      : [];
  return [
    `## ${kind.kind}`,
    kind.summary,
    ...experiment,
    renderMarkdownTable(["field", "type", "needed", "is"], rows),
  ].join("\n\n");
}

function describeType(schema: Schema): string {
  // What stands in more than one place has a name of its own: `#/$defs/program`.
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "any";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (schema.anyOf) return schema.anyOf.map(describeType).join(" or ");
  if (schema.type === "array") return `list of ${describeType(schema.items ?? {})}`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(([name, field]) => {
      const optional = schema.required?.includes(name) === true ? "" : "?";
      return `${name}${optional}: ${describeType(field)}`;
    });
    return `{ ${fields.join(", ")} }`;
  }
  if (typeof schema.additionalProperties === "object")
    return `map of ${describeType(schema.additionalProperties)}`;
  return schema.type ?? "any";
}

function defaultOf({ default: value }: Schema): string | undefined {
  return value === undefined ? undefined : `Default: \`${JSON.stringify(value)}\`.`;
}
