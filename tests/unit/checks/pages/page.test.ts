import { describe, expect, it } from "vitest";
import { page } from "../../../../src/checks/pages/page-spec.ts";
import { EnvironmentError } from "../../../../src/errors.ts";
import { nginxImage } from "../../../support/cluster-objects.ts";
import { FakeBrowser, type FakePage } from "../../../support/fake-browser.ts";
import { fakeCheckContext } from "../../../support/fake-check-context.ts";
import { PatientClock, programCluster, type FakeProgram } from "../../../support/lab-programs.ts";

const file = "checks/answers.py";
const url = "http://shop.localhost/";
const given = { run: ["python3", file], image: nginxImage };

/** A shop whose page names the price of what is asked for. */
const steps = [
  { fill: { selector: "#what", with: "${each.name}" } },
  { click: "button" },
  {
    see: {
      selector: "#price",
      text: "${each.price}",
      among: "prices",
      because: "The list of ${day} says so of ${each.name}.",
    },
  },
];
const spec = (more: object = {}) =>
  page.spec.parse({ kind: "page", url, given, each: "fruits", steps, ...more });

const fruits = [
  { name: "apple", price: 2 },
  { name: "pear", price: 3 },
];
const prices: Readonly<Record<string, string>> = { apple: "2", pear: "3" };

const telling = (values: object): FakeProgram =>
  async function* () {
    yield { value: values };
    yield { done: true };
    return 0;
  };
const passes: FakeProgram = async function* () {
  yield { done: true };
  return 0;
};
const told = telling({ fruits, prices: [2, 3], day: "Monday" });

/** A page that shows, once the button is clicked, what a function makes of the field. */
function pageOf(show: (name: string) => string | undefined, more: Partial<FakePage> = {}): FakePage {
  return {
    has: ["#what", "button"],
    show: (selector, fields) => {
      if (selector !== "#price" || fields.get("button") !== "clicked") return undefined;
      return show(fields.get("#what") ?? "");
    },
    ...more,
  };
}

const right = pageOf((name) => `That is ${prices[name] ?? "?"} coins.`);

function contextOf(shown: FakePage | undefined, program: FakeProgram = told) {
  const { kube } = programCluster({ [file]: program });
  return fakeCheckContext({ kube, browser: new FakeBrowser(() => shown), clock: new PatientClock() });
}

describe("page", () => {
  it("passes a page that shows the right thing for every entry, each in a page of its own", async () => {
    const context = contextOf(right);
    expect(await page.observe(spec(), context)).toEqual([]);
    expect(context.browser.did).toEqual([
      `goto ${url}`,
      "fill #what apple",
      "click button",
      `goto ${url}`,
      "fill #what pear",
      "click button",
    ]);
    expect(context.said).toEqual([
      `using ${url} in a browser for each of 2 fruits`,
      `In a browser, ${url} shows what it should for each of 2 fruits.`,
    ]);
  });

  it("passes a page that is used once, without a program", async () => {
    const once = { given: undefined, each: undefined };
    const see = { see: { selector: "#price", text: "That  is ? COINS." } };
    const context = contextOf(pageOf(() => "Hello.\nThat\nis ? coins."));
    const wanted = spec({ ...once, steps: [{ click: "button" }, see] });
    expect(await page.observe(wanted, context)).toEqual([]);
    expect(context.said.at(-1)).toBe(`In a browser, ${url} shows what it should.`);
    expect(context.kube.writes).toEqual([]);
  });

  it("is told what the programs of an experiment have told before it", async () => {
    const context = { ...contextOf(right, passes), told: { fruits, prices: [2, 3], day: "Monday" } };
    expect(await page.observe(spec(), context)).toEqual([]);
    expect(context.browser.did).toContain("fill #what pear");
  });

  it("fills values into the address, quoted, and into regular expressions, where they stand for themselves", async () => {
    const see = { see: { selector: "#price", matches: "^${each}!$" } };
    const wanted = spec({ url: `${url}\${each}`, steps: [{ click: "button" }, see] });
    const shows = async (text: string) => {
      const context = contextOf(
        pageOf(() => text),
        telling({ fruits: ["a+b c"] }),
      );
      const findings = await page.observe(wanted, context);
      return { findings, did: context.browser.did };
    };
    expect(await shows("a+b c!")).toEqual({ findings: [], did: [`goto ${url}a%2Bb%20c`, "click button"] });
    const { findings } = await shows("aab c!");
    expect(findings[0]).toMatchObject({ reason: "another-text", actual: "aab c!" });
  });

  it.each<[string, FakePage | undefined, string, string]>([
    [
      "a constant",
      pageOf(() => "2 coins"),
      "another-text",
      "shows 2 in #price, not 3. The list of Monday says so of pear.",
    ],
    [
      "a part of a word",
      pageOf((name) => `2${prices[name] ?? ""}`),
      "another-text",
      "shows 22 in #price, not 2.",
    ],
    ["all at once", pageOf(() => "2 or 3"), "another-text", "shows 2 and 3 in #price, not 2."],
    ["something else", pageOf(() => "nobody\nknows"), "another-text", "shows nobody knows in #price, not 2."],
    [
      "nothing",
      pageOf(() => undefined),
      "nothing-shown",
      "shows nothing in #price, not 2. The list of Monday",
    ],
    [
      "a page without the field",
      pageOf(() => "2", { has: ["button"] }),
      "field-missing",
      "has no field #what to write apple into.",
    ],
    [
      "a page without the button",
      pageOf(() => "2", { has: ["#what"] }),
      "nothing-to-click",
      "has nothing to click at button.",
    ],
    [
      "an error page",
      pageOf(() => "2", { status: 502 }),
      "no-ingress",
      "does not come in a browser: status 502. There is no Ingress",
    ],
    ["no page", undefined, "no-ingress", "does not come in a browser: no page. There is no Ingress"],
  ])("does not pass %s", async (_, shown, reason, message) => {
    const context = contextOf(shown);
    const [finding] = await page.observe(spec(), context);
    expect(finding?.message).toContain(`The page ${url} ${message}`);
    expect(finding).toMatchObject({ object: "Page/shop.localhost", reason });
    expect(finding?.next).toMatch(/^kubectl -n lab-test get /);
  });

  it("tells how far it came", async () => {
    const context = contextOf(pageOf(() => "2 coins"));
    await page.observe(spec(), context);
    expect(context.said.at(-1)).toBe(`${url} was right for 1 of 2 fruits, then it was not.`);
  });

  it("tells what the page itself says of its trouble", async () => {
    const shown = pageOf(() => undefined, {
      show: (selector) => (selector === "[role=alert]" ? "The list is not there." : undefined),
    });
    const [finding] = await page.observe(spec(), contextOf(shown));
    expect(finding).toMatchObject({ reason: "page-in-trouble", actual: "The list is not there." });
    expect(finding?.message).toContain("It says: The list is not there.");
  });

  it("opens no browser where the program has findings", async () => {
    const finding = { reason: "no-list", object: "Service/list", expected: "a", actual: "b", message: "No." };
    const context = contextOf(right, async function* () {
      yield { finding };
      yield { done: true };
      return 0;
    });
    expect(await page.observe(spec(), context)).toEqual([finding]);
    expect(context.browser.did).toEqual([]);
  });

  it.each([
    ["the list is not told", {}, "needs the value fruits, and nobody has told it"],
    ["the list is empty", { fruits: [] }, "needs the value fruits, and that is no list, or an empty one"],
    ["a field is not told", { fruits: [{}] }, "needs the value each.name, and nobody has told it"],
    ["a field is no word", { fruits: [{ name: {} }] }, "needs the value each.name, and that is no word"],
  ])("is errored where %s", async (_, values, message) => {
    const observed = page.observe(spec(), contextOf(right, telling(values)));
    await expect(observed).rejects.toThrow(EnvironmentError);
    await expect(observed).rejects.toThrow(message);
  });

  it("is errored without a browser", async () => {
    const context = contextOf(right);
    const open = () => Promise.reject(new EnvironmentError({ message: "no browser", hint: "none" }));
    await expect(page.observe(spec(), { ...context, browser: { open } })).rejects.toThrow("no browser");
  });

  it.each([
    ["no step that sees", { steps: [{ click: "button" }] }, "nothing is seen"],
    ["entries without a list", { each: undefined }, "needs `each`"],
    ["an address without a scheme", { url: "shop.localhost" }, "begins with http:// or https://"],
    ["a broken expression", { steps: [{ see: { selector: "p", matches: "(" } }] }, "no regular expression"],
    [
      "both a text and an expression",
      { steps: [{ see: { selector: "p", text: "a", matches: "b" } }] },
      "Invalid input",
    ],
  ])("refuses %s", (_, more, message) => {
    const parsed = page.spec.safeParse({ kind: "page", url, given, each: "fruits", steps, ...more });
    expect(parsed.error?.message).toContain(message);
  });
});
