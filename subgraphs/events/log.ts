import type { StreamName, Streams } from './streams.ts';

/** One event with its place in its stream. */
export interface Recorded<Stream extends StreamName> {
  /** Counted from 1, without gaps. */
  readonly position: number;
  readonly event: Streams[Stream];
}

/** Where commands write and projections read: the only thing that services share. */
export interface EventLog {
  /** Records `event` at the end of `stream`. The answer is its position. */
  append<Stream extends StreamName>(
    stream: Stream,
    event: Streams[Stream],
    signal: AbortSignal,
  ): Promise<number>;

  /** The events of `stream` after position `after`, oldest first; 0 stands for the beginning. */
  read<Stream extends StreamName>(
    stream: Stream,
    after: number,
    signal: AbortSignal,
  ): Promise<readonly Recorded<Stream>[]>;

  /**
   * Calls `listener` with each event of `stream` after position `after`, in order and once,
   * those to come included, until the subscription is disposed.
   */
  subscribe<Stream extends StreamName>(
    stream: Stream,
    after: number,
    listener: (recorded: Recorded<Stream>) => void,
  ): Disposable;
}
