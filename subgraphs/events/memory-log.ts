import type { EventLog, Recorded } from './log.ts';
import type { StreamName, Streams } from './streams.ts';

type Listener<Stream extends StreamName> = (recorded: Recorded<Stream>) => void;

/**
 * An event log that lives as long as the process. Subscribers are told before `append` answers,
 * so what follows a command without lag has already seen its events.
 */
export class MemoryEventLog implements EventLog {
  readonly #entries: { readonly [Stream in StreamName]: Recorded<Stream>[] } = {
    accounts: [],
    catalog: [],
    orders: [],
    reviews: [],
  };
  readonly #listeners: { readonly [Stream in StreamName]: Set<Listener<Stream>> } = {
    accounts: new Set(),
    catalog: new Set(),
    orders: new Set(),
    reviews: new Set(),
  };

  async append<Stream extends StreamName>(
    stream: Stream,
    event: Streams[Stream],
    signal: AbortSignal,
  ): Promise<number> {
    signal.throwIfAborted();
    const entries: Recorded<Stream>[] = this.#entries[stream];
    // Copied and frozen: what a service does with its objects never reaches another service.
    const recorded = deepFreeze({
      position: entries.length + 1,
      event: structuredClone(event),
    });
    entries.push(recorded);
    for (const listener of this.#listeners[stream]) listener(recorded);
    return recorded.position;
  }

  async read<Stream extends StreamName>(
    stream: Stream,
    after: number,
    signal: AbortSignal,
  ): Promise<readonly Recorded<Stream>[]> {
    signal.throwIfAborted();
    return this.#entries[stream].slice(after);
  }

  subscribe<Stream extends StreamName>(
    stream: Stream,
    after: number,
    listener: Listener<Stream>,
  ): Disposable {
    const listeners: Set<Listener<Stream>> = this.#listeners[stream];
    for (const recorded of this.#entries[stream].slice(after)) listener(recorded);
    // A function of its own, so that one listener may be subscribed twice.
    const own: Listener<Stream> = (recorded) => listener(recorded);
    listeners.add(own);
    return { [Symbol.dispose]: () => void listeners.delete(own) };
  }
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
