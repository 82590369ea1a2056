import { EventEmitter, once } from 'node:events';

export type LogLine = Readonly<Record<string, unknown>>;

/** Takes a gateway's log, and tells when a line has come. */
export class LogLines {
  /** Every line so far, parsed. */
  readonly all: LogLine[] = [];
  readonly #arrivals = new EventEmitter();

  write(line: string): void {
    this.all.push(JSON.parse(line));
    this.#arrivals.emit('line');
  }

  /** Lets go of lines, so that a long run does not collect them. */
  forget(isPast: (line: LogLine) => boolean): void {
    const kept = this.all.filter((line) => !isPast(line));
    this.all.splice(0, this.all.length, ...kept);
  }

  /** The first `count` lines with this message, as soon as they are there. */
  async wait(message: string, count = 1): Promise<readonly LogLine[]> {
    for (;;) {
      const found = this.all.filter(({ msg }) => msg === message);
      if (found.length >= count) return found.slice(0, count);
      await once(this.#arrivals, 'line');
    }
  }
}
