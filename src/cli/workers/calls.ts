import type { StoreQuestion } from '../../auth/sessions/asked-store.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import { type Problem, StartupError, type StartupFailure } from '../../errors.ts';
import type { MetricsSnapshot } from '../../observability/metrics.ts';
import type { Steering, UpstreamReport } from '../../resilience/steering.ts';

/** What a worker is asked to do. */
export interface Calls {
  /** Makes a supergraph ready beside what it serves. */
  build(given: { readonly sdl: string; readonly config: GatewayConfig }): Promise<void>;
  /** Serves what it has `built` last; else what it serves goes on under another configuration. */
  serve(given: { readonly config: GatewayConfig; readonly built: boolean }): Promise<void>;
  /** Lets go of what it has built last. */
  discard(): Promise<void>;
  /** Opens the addresses, and tells their ports. */
  listen(): Promise<readonly number[]>;
  /** Tells what it has measured. */
  metrics(): Promise<MetricsSnapshot>;
  /** Tells what it knows of upstreams. */
  upstreams(): Promise<readonly UpstreamReport[]>;
  /** Treats an upstream as an operator wants; false where there is no such one. */
  steer(steering: Steering): Promise<boolean>;
  /** Lets requests in flight end, then ends. */
  stop(): Promise<void>;
}

/** What the process that started the workers is asked by each of them. */
export interface PrimaryCalls {
  /** Asks the sessions in memory, which belong to all workers. */
  sessions(question: StoreQuestion): Promise<unknown>;
}

/** Calls, by name. */
export type Callable<All> = { readonly [Name in keyof All]: (given: never) => unknown };

/** One call, as it goes to another process. */
export interface CallMessage {
  readonly id: number;
  readonly name: PropertyKey;
  readonly given: unknown;
}

/** What came of a call, as it comes back. */
export interface AnswerMessage {
  readonly id: number;
  readonly answer?: unknown;
  readonly failed?: Failed;
}

/** Calls and answers go both ways between two processes. */
export function isCall(message: CallMessage | AnswerMessage): message is CallMessage {
  return 'name' in message;
}

/** A failure that can be told to another process. */
export interface Failed {
  /** Of a `StartupError`; undefined for any other. */
  readonly failure?: StartupFailure;
  readonly problems: readonly Problem[];
  readonly text: string;
}

/** What `thrown` is told as. */
export function told(thrown: unknown): Failed {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  if (!(thrown instanceof StartupError)) return { problems: [], text };
  return { failure: thrown.failure, problems: thrown.problems, text };
}

/** What was told, as it can be thrown again. */
export function thrownFrom({ failure, problems, text }: Failed): Error {
  return failure === undefined ? new Error(text) : new StartupError(failure, problems);
}
