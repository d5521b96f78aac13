import { Readable } from "node:stream";
import { expect, it } from "vitest";
import { jsonLines } from "../../../src/docker/json-lines.ts";

it("puts documents together that arrive in pieces", async () => {
  const bytes = Buffer.from('{"a":"ä"}\r\n\n{"b":2}\n{"c":3}');
  const stream = Readable.from([bytes.subarray(0, 7), bytes.subarray(7, 15), bytes.subarray(15)]);
  const documents: unknown[] = [];
  for await (const document of jsonLines(stream)) documents.push(document);
  expect(documents).toEqual([{ a: "ä" }, { b: 2 }, { c: 3 }]);
});
