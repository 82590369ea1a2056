import { connect } from 'node:net';
import { type Choices, seeded } from '../conformance/choices.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { Mutation } from './mutation.ts';
import { memoryOf } from './process-use.ts';
import { Replies } from './replies.ts';
import { startShop } from './shop.ts';

/** A connection on which something was wrong. */
export interface Wrong {
  readonly what: string;
  /** What was sent on it, as JSON shows bytes of Latin-1. */
  readonly sent: string;
  readonly received: string;
}

export interface Bombardment {
  readonly requests: number;
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Resident memory beyond what it was after the first tenth, in bytes. */
  readonly keptBytes: number;
  /** Connections that got no answer, and did when all was sent again. */
  readonly repeated: number;
  readonly wrong: readonly Wrong[];
}

/** Requests on one connection, of which all but the last may be anything. */
const mostTogether = 8;
const connections = 16;
/** A reply that takes longer is a wrong one, in milliseconds. */
const patienceMs = 10_000;

/** Sends that many requests of mutated bytes, and tells what a gateway may not do with them. */
export async function bombard({
  requests,
  seed,
}: {
  readonly requests: number;
  readonly seed: number;
}): Promise<Bombardment> {
  await using shop = await startShop({
    production: true,
    // Half a request is answered soon: its connection is one of a few.
    server: { timeouts: { headers: '5s', request: '5s' } },
  });
  const run = new Run(shop, seeded(seed));
  await run.send(Math.ceil(requests / 10));
  const before = await memoryOf(shop.pid);
  await run.send(requests - run.requests);
  const after = await memoryOf(shop.pid);
  const { requests: sent, statuses, repeated, wrong } = run;
  const keptBytes = after.residentBytes - before.residentBytes;
  return { requests: sent, statuses, keptBytes, repeated, wrong };
}

class Run {
  readonly statuses: Record<string, number> = {};
  readonly wrong: Wrong[] = [];
  requests = 0;
  repeated = 0;
  readonly #gateway: GatewayProcess;
  readonly #choices: Choices;
  readonly #mutation: Mutation;

  constructor(gateway: GatewayProcess, choices: Choices) {
    this.#gateway = gateway;
    this.#choices = choices;
    this.#mutation = new Mutation(choices);
  }

  /** Over several connections at once, until so many more were sent. */
  async send(count: number): Promise<void> {
    const until = this.requests + count;
    const next = async (): Promise<void> => {
      while (this.requests < until && this.wrong.length < 10) {
        await this.#connection(Math.min(mostTogether, until - this.requests));
      }
    };
    await Promise.all(Array.from({ length: connections }, next));
  }

  /**
   * Mutated requests, each complete or not, and last a valid one that ends the connection. If all
   * that was sent before it were whole requests, it is answered; in any case the connection ends.
   */
  async #connection(most: number): Promise<void> {
    const sent: Buffer[] = [];
    const whole = this.#choices.chance(70);
    for (let index = 0; index < most; index += 1) {
      sent.push(whole ? this.#mutation.body() : this.#mutation.head());
    }
    this.requests += most;
    const bytes = Buffer.concat([...sent, lastRequest]);
    const replies = await this.#replies(bytes);
    for (const status of replies.statuses) {
      this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    }
    const what = whole ? replies.wrongOfWhole(most) : replies.wrong();
    if (what === undefined) return;
    const received = replies.text.slice(-2_000);
    this.wrong.push({ what, sent: bytes.toString('latin1'), received });
  }

  /**
   * Silence counts when it comes twice: a machine may stand still for longer than both sides wait,
   * and then each takes the other for slow. What the bytes themselves do comes again.
   */
  async #replies(bytes: Buffer): Promise<Replies> {
    const url = new URL(this.#gateway.url);
    const replies = await exchanged(url, bytes);
    if (!replies.areMissing) return replies;
    this.repeated += 1;
    return exchanged(url, bytes);
  }
}

/** Its reply is known by the alias, which nothing else asks for. */
const lastBody = '{"query":"{ lastOfAll: __typename }"}';
const lastRequest = Buffer.from(
  `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${lastBody.length}\r\n\r\n${lastBody}`,
);

/**
 * Sends `bytes` and reads until the gateway ends the connection. Its end is answered with a reset:
 * otherwise the system would keep the port for a minute, and soon have none left.
 */
function exchanged({ hostname, port }: URL, bytes: Buffer): Promise<Replies> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    let failure: string | undefined;
    socket.setTimeout(patienceMs, () => {
      failure = `Nothing came for ${patienceMs} ms`;
      socket.destroy();
    });
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.resetAndDestroy());
    // A reset is a way to end a connection; that nobody listens any longer is none.
    socket.on('error', ({ message }) => {
      if (message.includes('ECONNREFUSED')) failure = message;
    });
    socket.on('close', () =>
      resolve(new Replies(Buffer.concat(chunks).toString('latin1'), failure)),
    );
  });
}
