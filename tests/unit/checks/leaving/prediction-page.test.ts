import { describe, expect, it } from "vitest";
import { predictionPage } from "../../../../src/checks/leaving/prediction-page.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { service } from "../../../support/cluster-objects.ts";
import { FakeBrowser, type FakePage } from "../../../support/fake-browser.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { FakeKube } from "../../../support/fake-kube.ts";
import { claim } from "../../../support/jobs.ts";
import { inputs, modelAt, serverOf, storedModels } from "../../../support/stored-models.ts";

const spec = predictionPage.spec.parse({
  kind: "prediction-page",
  url: "http://iris.localhost/",
  field: 'input[name="{input}"]',
  submit: "button",
  result: "#prediction",
  service: "model",
  versions: ["v1"],
  claim: "models",
  image: "localhost:5001/trainer:1",
  inputs,
});
const model = modelAt(5);
const field = 'input[name="size"]';

/** A page that shows, once it is asked, what a function makes of the number. */
function pageOf(show: (value: number) => string | undefined, parts: Partial<FakePage> = {}): FakePage {
  return {
    has: [field, "button"],
    show: (selector, fields) => {
      if (selector !== "#prediction" || fields.get("button") !== "clicked") return undefined;
      return show(Number(fields.get(field)));
    },
    ...parts,
  };
}

function contextOf(page: FakePage | undefined) {
  const models = { "v1/model.joblib": model };
  const kube = new FakeKube(
    [service({ name: "model" }), claim],
    storedModels({ models, reply: serverOf("v1", model) }),
  );
  return fakeCheckContext({ kube, browser: new FakeBrowser(() => page) });
}

describe("prediction-page", () => {
  it("passes a page that shows what the stored model says, for inputs that are hard to tell", async () => {
    const context = contextOf(pageOf((value) => `Iris ${model([value]).prediction}.`));
    expect(await predictionPage.observe(spec, context)).toEqual([]);
    const filled = context.browser.did.filter((each) => each.startsWith("fill"));
    expect(filled).toHaveLength(4);
    for (const each of filled) expect(Math.abs(Number(each.split(" ").at(-1)) - 5)).toBeLessThan(0.5);
    expect(context.said.at(-1)).toBe(
      "4 flowers on http://iris.localhost/ were shown as the stored v1 has them.",
    );
  });

  it.each([
    ["a rule of thumb", pageOf((value) => (value < 4.5 ? "low" : "high")), "shows high; the model v1"],
    ["a constant", pageOf(() => "low"), "shows low; the model v1"],
    ["all kinds at once", pageOf(() => "low or high"), "shows low and high"],
    ["nothing", pageOf(() => undefined), "shows no kind in #prediction."],
    ["a page without fields", pageOf(() => "low", { has: ["button"] }), "has no field input"],
    ["a page without a button", pageOf(() => "low", { has: [field] }), "has nothing to click at button"],
    ["an error page", pageOf(() => "low", { status: 502 }), "does not come in a browser: status 502"],
    ["no page", undefined, "does not come in a browser: no page"],
  ])("does not pass %s", async (_, page, told) => {
    const [finding] = await predictionPage.observe(spec, contextOf(page));
    expect(finding?.message).toContain(told);
  });

  it("tells what the page says itself", async () => {
    const page = pageOf(() => undefined, {
      show: (selector) => (selector === "[role=alert]" ? "The model does not answer." : undefined),
    });
    const [finding] = await predictionPage.observe(spec, contextOf(page));
    expect(finding?.message).toContain("It says: The model does not answer.");
  });

  it("opens no browser where the model is not served", async () => {
    const kube = new FakeKube([service({ name: "model" }), claim], storedModels({ models: {} }));
    const context = fakeCheckContext({ kube });
    const [finding] = await predictionPage.observe(spec, context);
    expect(finding?.message).toContain("GET /model of Service model is not answered");
    expect(context.browser.did).toEqual([]);
  });

  it("is errored without a browser", async () => {
    const context = contextOf(pageOf(() => "low"));
    const open = () => Promise.reject(new EnvironmentError({ message: "no browser", hint: "none" }));
    const broken = { ...context, browser: { open } };
    await expect(predictionPage.observe(spec, broken)).rejects.toThrow(EnvironmentError);
  });
});
