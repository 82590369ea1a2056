import { join } from 'node:path';
import type { Alone } from './answers.ts';
import type { BenchCaller } from './caller.ts';
import type { Case } from './cases.ts';
import type { Contender } from './contenders.ts';
import { load } from './load.ts';
import { type ProcessAccount, processAccount } from './process-account.ts';
import type { Services } from './services.ts';
import { median } from './statistics.ts';

/** One way to load the contenders. */
export interface Setting {
  readonly case: Case;
  readonly unlike: boolean;
  readonly connections: number;
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly loadCore: number;
  readonly folder: string;
  readonly caller: BenchCaller;
}

/** What one contender did in one round, or the medians of its rounds. */
export interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerRequest: number;
  readonly fetchesPerRequest: number;
  readonly residentMiB: number;
  /** Fetches that a service had not seen before: they are few, or something is not alike. */
  readonly executedPerRequest: number;
}

/** The figures of one contender in one setting. */
export interface Result {
  readonly case: string;
  readonly unlike: boolean;
  readonly connections: number;
  readonly contender: string;
  readonly alone: Alone;
  readonly median: Figures;
  readonly rounds: readonly Figures[];
}

/** Loads contenders one after the other. */
export class Measurement {
  readonly #services: Services;
  readonly #options: MeasureOptions;
  #tokens = 1_000;

  constructor(services: Services, options: MeasureOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** Warms each contender up, then measures all in turn, round by round: A B C, A B C. */
  async run(
    setting: Setting,
    contenders: readonly Contender[],
    alone: ReadonlyMap<string, Alone>,
  ): Promise<readonly Result[]> {
    const figures = new Map(contenders.map(({ name }) => [name, [] as Figures[]]));
    for (const contender of contenders) await this.#round(setting, contender, warmUp);
    for (let round = 0; round < this.#options.rounds; round += 1) {
      for (const contender of contenders) {
        figures.get(contender.name)?.push(await this.#round(setting, contender));
      }
    }
    const { case: asked, unlike, connections } = setting;
    return [...figures].map(([contender, rounds]) => ({
      case: asked.name,
      unlike,
      connections,
      contender,
      alone: alone.get(contender) ?? { fetches: 0, bytes: 0 },
      median: medians(rounds),
      rounds,
    }));
  }

  async #round(
    setting: Setting,
    { process, url }: Contender,
    { seconds, isChecked } = { seconds: this.#options.seconds, isChecked: false },
  ): Promise<Figures> {
    const { loadCore: core, folder, caller } = this.#options;
    const requestFile = join(folder, 'request.http');
    const work = await this.#services.work();
    const before = await processAccount(process.pid);
    let after: ProcessAccount = before;
    const tokensFrom = this.#tokens;
    const options = { ...setting, caller, core, seconds, isChecked, requestFile, tokensFrom };
    const seen = await load(url, options, async () => {
      after = await processAccount(process.pid);
    });
    const { requests, executed } = await this.#services.work();
    this.#tokens += seen.requests;
    await process.emptyLog();
    return {
      requestsPerSecond: seen.requests / seen.seconds,
      p50Ms: seen.p50Ms,
      p99Ms: seen.p99Ms,
      cpuMsPerRequest: (after.cpuMs - before.cpuMs) / seen.requests,
      fetchesPerRequest: (requests - work.requests) / seen.requests,
      residentMiB: after.residentBytes / 1_048_576,
      executedPerRequest: (executed - work.executed) / seen.requests,
    };
  }
}

/** A process is loaded until what it runs most is compiled, and stays so; all answers are looked at. */
const warmUp = { seconds: 8, isChecked: true };

function medians(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures) => median(rounds.map((figures) => figures[key]));
  return {
    requestsPerSecond: of('requestsPerSecond'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMsPerRequest: of('cpuMsPerRequest'),
    fetchesPerRequest: of('fetchesPerRequest'),
    residentMiB: of('residentMiB'),
    executedPerRequest: of('executedPerRequest'),
  };
}
