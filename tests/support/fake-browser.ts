import type { Browser, BrowserWindow, PageVisit, TextOptions } from "../../src/browser/browser.ts";

/** A page as a test describes it: what its fields hold, and what it shows of them. */
export interface FakePage {
  readonly status?: number;
  /** The fields and buttons that it has. */
  readonly has?: readonly string[];
  /** @param fields what was written, by selector; clicks are there, too, as "clicked". */
  show?(selector: string, fields: ReadonlyMap<string, string>): string | undefined;
  /** Where a click leads, by selector. */
  readonly leads?: Readonly<Record<string, string>>;
}

/** A browser whose pages are functions; windows share nothing. */
export class FakeBrowser implements Browser {
  /** Every visit, field and click, in order. */
  readonly did: string[] = [];
  pages: (url: string) => FakePage | undefined;

  constructor(pages: (url: string) => FakePage | undefined = () => undefined) {
    this.pages = pages;
  }

  async open(): Promise<BrowserWindow> {
    const { did, pages } = this;
    let at = "about:blank";
    let fields = new Map<string, string>();
    const page = (): FakePage => pages(at) ?? {};
    const enter = (url: string): void => {
      at = url;
      fields = new Map();
    };
    return {
      async goto(url): Promise<PageVisit> {
        did.push(`goto ${url}`);
        enter(url);
        const found = pages(url);
        return found ? { ok: true, status: found.status ?? 200 } : { ok: false, message: "no page" };
      },
      async fill(selector, value) {
        did.push(`fill ${selector} ${value}`);
        fields.set(selector, value);
        return page().has?.includes(selector) ?? false;
      },
      async click(selector) {
        did.push(`click ${selector}`);
        const has = page().has?.includes(selector) ?? false;
        fields.set(selector, "clicked");
        const next = page().leads?.[selector];
        if (has && next !== undefined) enter(next);
        return has;
      },
      async text(selector, { matching = /\S/ }: TextOptions = {}) {
        const text = page().show?.(selector, fields);
        return text !== undefined && matching.test(text) ? text : undefined;
      },
      url: () => at,
      screenshot: async () => new Uint8Array(),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
}
