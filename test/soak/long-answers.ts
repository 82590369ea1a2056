import { listen } from '../harness/listen.ts';
import { startGatewayProcess } from '../hostile/gateway-process.ts';

/** What one kind of long answer does to the gateway. */
export interface LongAnswerReport {
  readonly kind: string;
  readonly megabytes: number;
  /** The longest time for which the gateway's event loop did nothing else, in milliseconds. */
  readonly longestHoldMs: number;
  readonly status: number;
}

const catalog = `type Query { items: [Item] groups: [Group] numbers: [Int] }
  type Group { name: String items: [Item] }
  type Item @key(fields: "id") { id: ID! name: String note: String }`;
const stock = 'type Item @key(fields: "id") { id: ID! left: Int }';

/** Each answer is near the bounds that are on by default: ten megabytes, a million values. */
const kinds = {
  'a list of objects': { query: '{ items { id name note } }', items: 90_000, text: 'plain text' },
  'texts that need escapes': { query: '{ items { id note } }', items: 90_000, text: 'say "so"\\' },
  'lists within lists': {
    query: '{ groups { name items { id name } } }',
    items: 200_000,
    text: '-',
  },
  'a list of numbers': { query: '{ numbers }', items: 900_000, text: '' },
  'entities of a second subgraph': { query: '{ items { name left } }', items: 120_000, text: '-' },
  'entities that are lost': { query: '{ items { name left } }', items: -120_000, text: '-' },
} as const;

/** Asks a gateway in a process of its own for long answers, each several times. */
export async function askForLongAnswers(times: number): Promise<readonly LongAnswerReport[]> {
  let answer: unknown;
  let lost = false;
  await using first = await listen((request, response) => {
    request.resume().once('end', () => reply(response, answer));
  });
  await using second = await listen(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { variables } = JSON.parse(Buffer.concat(chunks).toString());
    const asked = Object.entries<readonly unknown[]>(variables).map(([, list]) => list);
    const [entities = []] = asked;
    const data = { _entities: entities.map((_, left) => ({ left })) };
    reply(response, lost ? { errors: [{ message: 'no' }] } : { data });
  });
  const subgraphs = [
    { name: 'catalog', sdl: catalog, url: `${first.url}/graphql` },
    { name: 'stock', sdl: stock, url: `${second.url}/graphql` },
  ];
  await using gateway = await startGatewayProcess(subgraphs, {
    graphql: {
      cost: { mode: 'measure' },
      subgraphs: { all: { response: { size: '60MB' } } },
    },
  });
  const reports: LongAnswerReport[] = [];
  for (const [kind, { query, items, text }] of Object.entries(kinds)) {
    lost = items < 0;
    answer = { data: dataFor(query, Math.abs(items), text) };
    for (let time = 0; time < times; time += 1) {
      await gateway.serving.metric(lag); // which begins anew
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const bytes = (await response.arrayBuffer()).byteLength;
      const seconds = (await gateway.serving.metric(lag)) ?? Number.NaN;
      const { status } = response;
      reports.push({ kind, megabytes: bytes / 1e6, longestHoldMs: seconds * 1_000, status });
    }
  }
  return reports;
}

const lag = 'nodejs_eventloop_lag_max_seconds';

function dataFor(query: string, count: number, text: string): unknown {
  const numbers = Array.from({ length: count }, (_, number) => number);
  if (query.includes('numbers')) return { numbers };
  const items = numbers.map((id) => {
    return { __typename: 'Item', id: `${id}`, name: `name ${id}`, note: `${text} ${id}`.repeat(3) };
  });
  if (!query.includes('groups')) return { items };
  const groups = numbers
    .filter((number) => number % 30 === 0)
    .map((from) => ({ name: `group ${from}`, items: items.slice(from, from + 30) }));
  return { groups };
}

function reply(response: import('node:http').ServerResponse, answer: unknown): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.setHeader('content-type', 'application/json').end(body);
}
