import { type Cancellation, Canceller } from '../lib/cancellation.ts';
import { Deadline } from '../lib/deadline.ts';
import type { RedisOptions } from './redis-options.ts';

/** One connection, on which commands follow each other without waiting for answers. */
export type RedisConnection = ReturnType<typeof connectionTo>;
type Library = typeof import('redis');

/** Redis did not answer, or not in time; `cause` has the details. */
export class RedisError extends Error {
  override readonly name = 'RedisError';

  constructor(cause: unknown) {
    super('Redis did not answer', { cause });
  }
}

/**
 * Redis, with a time limit on each command. A connection that is lost, or that leaves a command
 * without an answer, is given up: the next command opens another one. The only door to `redis`.
 */
export class Redis implements AsyncDisposable {
  readonly #options: RedisOptions;
  readonly #life = new Canceller();
  /** It takes 30 MB, which only those have who use it. */
  readonly #library: Promise<Library> = import('redis');
  #connection: RedisConnection | undefined;
  #opened: Promise<RedisConnection> | undefined;

  /** Nothing is opened before the first command. */
  constructor(options: RedisOptions) {
    this.#options = options;
  }

  /** Throws a `RedisError`, or the reason of `signal`. */
  async run<Answer>(
    command: (connection: RedisConnection) => Promise<Answer>,
    signal: Cancellation,
  ): Promise<Answer> {
    const library = await this.#library;
    signal.throwIfAborted();
    this.#life.throwIfAborted();
    using limit = new Deadline(signal, this.#options.timeout);
    const opened = this.#open(library);
    try {
      return await until(limit.signal, opened.then(command));
    } catch (cause) {
      if (limit.expired) this.#giveUp(opened);
      else signal.throwIfAborted();
      throw new RedisError(cause);
    }
  }

  #open(library: Library): Promise<RedisConnection> {
    this.#opened ??= this.#connect(library);
    return this.#opened;
  }

  async #connect(library: Library): Promise<RedisConnection> {
    const connection = connectionTo(library, this.#options);
    this.#connection = connection;
    const forget = () => {
      if (this.#connection !== connection) return;
      this.#connection = undefined;
      this.#opened = undefined;
    };
    // Commands under way fail by themselves.
    connection.on('error', forget).on('end', forget);
    try {
      await connection.connect();
      return connection;
    } catch (failure) {
      forget();
      throw failure;
    }
  }

  #giveUp(opened: Promise<RedisConnection>): void {
    if (this.#opened !== opened) return;
    const connection = this.#connection;
    this.#connection = undefined;
    this.#opened = undefined;
    close(connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new RedisError(new Error('The client is disposed')));
    close(this.#connection);
  }
}

function connectionTo({ createClient }: Library, { url, timeout }: RedisOptions) {
  return createClient({
    url,
    socket: { connectTimeout: timeout, reconnectStrategy: false },
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
  });
}

function close(connection: RedisConnection | undefined): void {
  if (connection?.isOpen) connection.destroy();
}

/** What `work` comes to, unless `signal` aborts before. Then the outcome is left to itself. */
function until<Answer>(signal: Cancellation, work: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
    const settle = (): void => signal.removeEventListener('abort', onAbort);
    work.then(
      (answer) => {
        settle();
        resolve(answer);
      },
      (failure: unknown) => {
        settle();
        reject(failure);
      },
    );
  });
}
