/** What came back on one connection. */
export class Replies {
  readonly text: string;
  readonly statuses: readonly number[];
  readonly #failure: string | undefined;

  /** `failure` is what was wrong with the connection itself. */
  constructor(text: string, failure: string | undefined) {
    this.text = text;
    this.#failure = failure;
    this.statuses = statusesOf(text);
  }

  /** True where the connection ended, or was given up, without all of them. */
  get areMissing(): boolean {
    return this.#failure !== undefined || this.statuses.length === 0 || this.statuses.includes(408);
  }

  /** What a gateway may never answer, whatever it was sent. */
  wrong(): string | undefined {
    if (this.#failure !== undefined) return this.#failure;
    const broken = this.statuses.find((status) => status >= 500 && status !== 503);
    if (broken !== undefined) return `A reply was ${broken}`;
    if (this.statuses.length === 0) return 'There was no reply';
    return undefined;
  }

  /** The same, after `count` whole requests and the last one: each of them is answered. */
  wrongOfWhole(count: number): string | undefined {
    const wrong = this.wrong();
    if (wrong !== undefined) return wrong;
    if (this.statuses.length !== count + 1) {
      return `${count + 1} requests got ${this.statuses.length} replies`;
    }
    return this.text.endsWith('{"data":{"lastOfAll":"Query"}}')
      ? undefined
      : 'The last request was not answered rightly';
  }
}

/** Replies follow each other without a gap: each says how long it is. */
function statusesOf(text: string): readonly number[] {
  const statuses: number[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf('\r\n\r\n', at);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text.slice(at, at + 12))?.[1];
    if (end === -1 || status === undefined) return statuses;
    statuses.push(Number(status));
    const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(at, end))?.[1] ?? '0';
    at = end + 4 + Number(length);
  }
}
