import type { EventLog, Recorded } from './log.ts';
import type { StreamName, Streams } from './streams.ts';

/**
 * Keeps one service's own state in step with the log. What happened before the service started
 * is applied at once, later events after `lagMs` (0: before the command answers).
 */
export class Projection implements Disposable {
  readonly #log: EventLog;
  readonly #lagMs: number;
  readonly #subscriptions: Disposable[] = [];
  readonly #waiting = new Set<NodeJS.Timeout>();
  readonly #positions = new Map<StreamName, number>();

  constructor(log: EventLog, lagMs: number) {
    this.#log = log;
    this.#lagMs = lagMs;
  }

  /** Gives `apply` each event of `stream`; the answer comes when the past is caught up with. */
  async follow<Stream extends StreamName>(
    stream: Stream,
    apply: (event: Streams[Stream]) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const take = ({ position, event }: Recorded<Stream>): void => {
      apply(event);
      this.#positions.set(stream, position);
    };
    const past = await this.#log.read(stream, 0, signal);
    for (const recorded of past) take(recorded);
    this.#subscriptions.push(
      this.#log.subscribe(stream, past.length, (recorded) => this.#later(() => take(recorded))),
    );
  }

  /** The position up to which `stream` has been applied; 0 before its first event. */
  position(stream: StreamName): number {
    return this.#positions.get(stream) ?? 0;
  }

  /** Timers of one length fire in the order in which they were set: so do events. */
  #later(work: () => void): void {
    if (this.#lagMs === 0) {
      work();
      return;
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      work();
    }, this.#lagMs);
    this.#waiting.add(timer);
  }

  [Symbol.dispose](): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription[Symbol.dispose]();
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }
}
