import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { start } from '../harness/command.ts';
import { largeOperation, largeSupergraph, type Size } from '../harness/large-supergraph.ts';
import { startAnswering } from '../harness/subgraph.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';
import { askSteadily, type Times, timesOf } from './steady-requests.ts';

/** How long requests took beside the loading of a large supergraph, and without it. */
export interface LoadingReport {
  readonly quiet: Times;
  /** From the change of the file until the new supergraph serves, and while it is planned for. */
  readonly during: Times;
  readonly loadSeconds: number;
  readonly planSeconds: number;
  /** p99 during, as a multiple of the quiet one. */
  readonly ratio: number;
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const small: Size = { subgraphs: 2, typesPerSubgraph: 2 };
const operations = 50;
const quietSeconds = 2;

/**
 * Lets a gateway in a process of its own go from a small supergraph to a large one and plan for
 * it, while clients ask it as fast as it answers.
 */
export async function loadBesideRequests(size: Size): Promise<LoadingReport> {
  await using subgraph = await startAnswering(({ query }) => {
    return { data: { [/things\d+/.exec(query)?.[0] ?? '']: [] } };
  });
  await using folder = await temporaryFolder();
  const served = await folder.write('supergraph.graphql', largeSupergraph(small, subgraph.url));
  const next = await folder.write('next.graphql', largeSupergraph(size, subgraph.url));
  const configuration = await configure(folder, served);
  await using gateway = start(process.execPath, [main, 'serve', '--config', configuration]);
  const url = await gateway.printed(/http:\/\/127\.0\.0\.1:\d+\/graphql/);
  const dispatcher = new Agent({ connections: 64 });
  await using _ = { [Symbol.asyncDispose]: () => dispatcher.close() };
  const post = (query: string) => send(url, query, dispatcher);
  const during = (work: () => Promise<unknown>) => {
    return askSteadily(() => post('{ things0(id: "1") { id } }'), work);
  };
  const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, 1_000 * count));
  await during(() => seconds(1));
  const before = await during(() => seconds(quietSeconds));
  const loading = await during(async () => {
    await rename(next, served);
    await gateway.printed(/The supergraph was read again: swapped/);
  });
  const planning = await during(async () => {
    for (let number = 0; number < operations; number += 1) await post(largeOperation(number, size));
  });
  const after = await during(() => seconds(quietSeconds));
  const quiet = timesOf([...before.timesMs, ...after.timesMs]);
  const busy = timesOf([...loading.timesMs, ...planning.timesMs]);
  return {
    quiet,
    during: busy,
    loadSeconds: loading.seconds,
    planSeconds: planning.seconds,
    ratio: busy.p99Ms / quiet.p99Ms,
  };
}

function configure(folder: Folder, file: string): Promise<string> {
  const server = { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } };
  const config = { server, graphql: { supergraph: { file, watch: true } } };
  return folder.write('gatehouse.yaml', JSON.stringify(config));
}

async function send(url: string, query: string, dispatcher: Agent): Promise<void> {
  const { statusCode, body } = await dispatcher.request({
    origin: new URL(url).origin,
    path: new URL(url).pathname,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const text = await body.text();
  if (statusCode !== 200 || text.includes('"errors"')) throw new Error(`${statusCode} ${text}`);
}
