import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery } from 'graphql';
import { scan } from '../../src/operation/limits/scan.ts';
import { seeded } from '../conformance/choices.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { emptyDocument, Mutator, written } from './nasty-document.ts';
import { startNastyWorld } from './nasty-world.ts';
import { onceNasty } from './once-nasty.ts';
import { cpuMsOf, forgetPeak, memoryOf } from './process-use.ts';

/** What one document cost the gateway, and what became of it. */
export interface Cost {
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly status: number;
  readonly code: string | undefined;
}

/** A document that costs more than it may, each time it is sent. */
export interface Finding {
  readonly text: string;
  readonly costs: readonly Cost[];
}

export interface Climb {
  readonly documents: number;
  /** The dearest that was seen, and what it cost. */
  readonly dearest: { readonly text: string; readonly cost: Cost };
  /** How often each reply came, by its code or its status. */
  readonly replies: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** A document may have no more tokens, the default of `graphql.limits.tokens`. */
const mostTokens = 15_000;
/** What a document may cost, whatever becomes of it. */
const mostCpuMs = 1_000;
const memoryBytes = (text: string) => 100 * text.length + 64 * 1024 * 1024;
/** After so many steps that gained nothing, another climb begins. */
const patience = 40;

export interface ClimbOptions {
  readonly ms: number;
  readonly seed: number;
  /** `graphql.planning` where it is not to be the default. */
  readonly planning?: object;
  /** What is sent first; `round` makes another text that costs the same. */
  readonly known?: readonly ((round: number) => string)[];
}

/**
 * Sends known documents, then makes others dearer and dearer for `ms`, and gives those that cost
 * more than they may.
 */
export async function climb(options: ClimbOptions): Promise<Climb> {
  const { ms, seed, planning = {}, known = Object.values(onceNasty) } = options;
  await using gateway = await startNastyWorld({ graphql: { planning } });
  const climber = new Climber(gateway, await schemaOf(gateway.url), seed);
  for (const text of known) await climber.examine(text);
  await climber.climbFor(ms);
  return climber.result();
}

class Climber {
  readonly #gateway: GatewayProcess;
  readonly #mutator: Mutator;
  readonly #findings: Finding[] = [];
  readonly #replies: Record<string, number> = {};
  #dearest = { text: '', cost: nothing };
  #documents = 0;

  constructor(gateway: GatewayProcess, schema: GraphQLSchema, seed: number) {
    this.#gateway = gateway;
    this.#mutator = new Mutator(schema, seeded(seed));
  }

  async climbFor(ms: number): Promise<void> {
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs && this.#findings.length < 10) await this.#ascend(untilMs);
  }

  /** Finds out whether a document costs too much, each time in a new text that costs the same. */
  async examine(text: (round: number) => string): Promise<void> {
    const first = text(this.#documents);
    const cost = await this.#measured(first);
    if (heightOf(first, cost) > 1) await this.#confirmed(text, cost);
  }

  result(): Climb {
    const [documents, dearest] = [this.#documents, this.#dearest];
    return { documents, dearest, replies: this.#replies, findings: this.#findings };
  }

  /** From nothing upwards, until nothing is gained any longer. */
  async #ascend(untilMs: number): Promise<void> {
    let [best, height, vain] = [emptyDocument(), 0, 0];
    while (vain < patience && performance.now() < untilMs) {
      const next = this.#mutator.mutated(best);
      const text = written(next, this.#documents);
      if (scan(text, { tokens: mostTokens, recursion: 1_000 }).tokens > mostTokens) {
        vain += 1;
        continue;
      }
      const cost = await this.#measured(text);
      const reached = heightOf(text, cost);
      if (reached > 1 && (await this.#confirmed((round) => written(next, round), cost))) return;
      vain = reached > height ? 0 : vain + 1;
      // From a document that is not valid few others are.
      const isUseful = cost.code !== 'GRAPHQL_VALIDATION_FAILED' && reached === height;
      if (reached > height || isUseful) [best, height] = [next, reached];
    }
  }

  async #measured(text: string): Promise<Cost> {
    this.#documents += 1;
    const cost = await costOf(this.#gateway, text);
    const reply = cost.code ?? String(cost.status);
    this.#replies[reply] = (this.#replies[reply] ?? 0) + 1;
    if (cost.cpuMs >= this.#dearest.cost.cpuMs) this.#dearest = { text, cost };
    return cost;
  }

  /** Garbage of what came before, and code that is compiled meanwhile, count only by accident. */
  async #confirmed(write: (round: number) => string, first: Cost): Promise<boolean> {
    const costs = [first];
    let text = '';
    while (costs.length < 3) {
      text = write(this.#documents);
      const cost = await this.#measured(text);
      if (heightOf(text, cost) <= 1) return false;
      costs.push(cost);
    }
    this.#findings.push({ text, costs });
    return true;
  }
}

/** Above 1 it is too much. */
function heightOf(text: string, cost: Cost): number {
  return Math.max(cost.cpuMs / mostCpuMs, cost.memoryBytes / memoryBytes(text));
}

const nothing: Cost = { cpuMs: 0, memoryBytes: 0, status: 0, code: undefined };

async function costOf({ url, pid }: GatewayProcess, text: string): Promise<Cost> {
  const before = { cpuMs: await cpuMsOf(pid), memory: await memoryOf(pid) };
  await forgetPeak(pid);
  const { status, errors } = await ask(url, text);
  const { peakBytes } = await memoryOf(pid);
  return {
    cpuMs: (await cpuMsOf(pid)) - before.cpuMs,
    memoryBytes: peakBytes - before.memory.residentBytes,
    status,
    code: errors?.[0]?.extensions?.code,
  };
}

async function ask(url: string, query: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { errors, data } = JSON.parse(await response.text());
  return { status: response.status, errors, data };
}

async function schemaOf(url: string): Promise<GraphQLSchema> {
  const { data } = await ask(url, getIntrospectionQuery());
  return buildClientSchema(data);
}
