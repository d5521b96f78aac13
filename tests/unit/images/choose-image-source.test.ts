import { expect, it } from "vitest";
import { chooseImageSource } from "../../../src/images/choose-image-source.ts";

const looks: boolean[] = [];
const registry = (answers: boolean) => async () => {
  looks.push(answers);
  return answers;
};

it("builds from packages for the private engine, without asking a registry", async () => {
  looks.length = 0;
  const chosen = await chooseImageSource("auto", { engine: "private", registryAnswers: registry(true) });
  expect(chosen).toEqual({ value: "packages", why: "the private engine has no way out to pull from" });
  expect(looks).toEqual([]);
});

it.each([
  [true, "upstream", "a container registry answers"],
  [false, "packages", "no container registry answers"],
] as const)("for a host's Docker, registry in reach %s: %s", async (answers, value, why) => {
  const look = { engine: "host", registryAnswers: registry(answers) } as const;
  expect(await chooseImageSource("auto", look)).toEqual({ value, why });
});

it.each(["packages", "upstream"] as const)("takes %s where it was asked for", async (wanted) => {
  const look = { engine: "host", registryAnswers: registry(wanted === "packages") } as const;
  expect(await chooseImageSource(wanted, look)).toEqual({ value: wanted, why: "asked for with --images" });
});
