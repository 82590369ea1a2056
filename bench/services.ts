import { join } from 'node:path';
import { scriptOf } from './contenders.ts';
import { type SubgraphName, subgraphNames } from './graph/subgraphs.ts';
import { PinnedProcess } from './pinned-process.ts';

/** What the services have done since they started. */
export interface Work {
  readonly requests: number;
  /** Those that were not asked before, and took the time of a real execution. */
  readonly executed: number;
}

/** The replaying services, in a process of their own. */
export class Services implements AsyncDisposable {
  readonly urls: Readonly<Record<SubgraphName, string>>;
  readonly #process: PinnedProcess;
  readonly #control: string;

  private constructor(process: PinnedProcess, control: string, urls: Services['urls']) {
    this.#process = process;
    this.#control = control;
    this.urls = urls;
  }

  static async start(core: number, folder: string): Promise<Services> {
    const logFile = join(folder, 'services.log');
    const process = await PinnedProcess.start({ core, args: [scriptOf('subgraphs')], logFile });
    const { url, urls } = await process.ready();
    if (!areUrls(urls)) throw new TypeError('The services did not tell their addresses');
    return new Services(process, String(url), urls);
  }

  async work(): Promise<Work> {
    const response = await fetch(this.#control);
    return (await response.json()) as Work;
  }

  /** Holds back each answer for `delayMs` from now on. */
  async delay(delayMs: number): Promise<void> {
    await fetch(this.#control, { method: 'POST', body: JSON.stringify({ delayMs }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

function areUrls(urls: unknown): urls is Record<SubgraphName, string> {
  return typeof urls === 'object' && urls !== null && subgraphNames.every((name) => name in urls);
}
