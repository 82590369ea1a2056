import { existsSync } from 'node:fs';
import { testWith } from './installed.ts';

/** What the tests use of a page of playwright-core, whose own types need all of the browser's. */
export interface Page {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  title(): Promise<string>;
  on(event: 'request', listener: (request: { url(): string }) => void): unknown;
  on(event: 'console', listener: (line: { type(): string; text(): string }) => void): unknown;
  on(event: 'pageerror', listener: (error: Error) => void): unknown;
  getByRole(role: 'button', options: { name: string | RegExp }): Locator;
  locator(selector: string, options?: { hasText: string | RegExp }): Locator;
  waitForURL(wanted: (url: URL) => boolean): Promise<void>;
  waitForResponse(wanted: (response: PageResponse) => boolean): Promise<PageResponse>;
  screenshot(options: { path: string }): Promise<unknown>;
}

export interface Locator {
  click(): Promise<void>;
  /** Sends the event by itself, without a mouse. */
  dispatchEvent(event: 'click'): Promise<void>;
  /** Waits until it can be seen. */
  waitFor(): Promise<void>;
}

export interface PageResponse {
  request(): { postData(): string | null };
  status(): number;
  json(): Promise<unknown>;
}

export interface Browser extends AsyncDisposable {
  newPage(): Promise<Page>;
}

/** Shorter than a test may take: then it fails with the step that was waited for. */
const stepMs = 15_000;

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Without these it reports home, updates itself, or wants a display. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** `test` for tests that need a browser: see `testWith`. */
export function browserTest(): ReturnType<typeof testWith> {
  return testWith('chromium', () => executable() !== undefined);
}

/** A headless Chromium; disposing it ends its process. */
export async function launchChromium(): Promise<Browser> {
  const { chromium } = (await import('playwright-core' as string)) as Playwright;
  const browser = await chromium.launch({ executablePath: executable(), args: flags });
  return {
    async newPage() {
      const page = await browser.newPage();
      page.setDefaultTimeout(stepMs);
      return page;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

interface Bounded {
  setDefaultTimeout(timeoutMs: number): void;
}

interface Playwright {
  readonly chromium: {
    launch(options: {
      readonly executablePath: string | undefined;
      readonly args: readonly string[];
    }): Promise<{ newPage(): Promise<Page & Bounded>; close(): Promise<void> }>;
  };
}

function executable(): string | undefined {
  return places.find((place) => existsSync(place));
}
