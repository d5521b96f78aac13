/** A person's browser on this machine, for pages that have to be used rather than fetched. */
export interface Browser {
  /**
   * Opens a window with nothing remembered: no cookies, nobody logged in.
   * @throws EnvironmentError when there is no browser and none can be installed, or it does not start.
   */
  open(): Promise<BrowserWindow>;
}

/** Selectors are CSS. What a page lacks is a value, not an error: it is what the student has to see. */
export interface BrowserWindow extends AsyncDisposable {
  /** Goes to a page of the front door: its `url` as a browser would (`http://shop.localhost/`); ports are added. */
  goto(url: string): Promise<PageVisit>;
  /** Writes into a field; false when there was no such field in time. */
  fill(selector: string, value: string): Promise<boolean>;
  /** Clicks; false when there was nothing to click in time. */
  click(selector: string): Promise<boolean>;
  /** The visible text of the first match, once it is like `matching`; undefined when that was not so in time. */
  text(selector: string, options?: TextOptions): Promise<string | undefined>;
  /** Where the window is now, after redirects. */
  url(): string;
  /** What the window shows, as PNG. */
  screenshot(): Promise<Uint8Array>;
}

export interface TextOptions {
  readonly matching?: RegExp;
  /** Milliseconds; 10,000 by default. */
  readonly withinMs?: number;
}

/** A page as it came, or why none came. */
export type PageVisit =
  | { readonly ok: true; readonly status: number }
  /** One line for a person. */
  | { readonly ok: false; readonly message: string };
