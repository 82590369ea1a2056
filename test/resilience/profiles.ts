import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import type { GatewayInput } from '../../src/config/schema.ts';
import type { Federation } from '../harness/federation.ts';
import { listen, type TestServer } from '../harness/listen.ts';
import { withProfilesAt } from '../subgraph/broken.ts';

export { metricOf } from './metric-of.ts';

/** What stands under `graphql.subgraphs.all`. */
export type All = NonNullable<
  NonNullable<NonNullable<GatewayInput['graphql']>['subgraphs']>['all']
>;

/** Asks `profiles` alone. */
export const ask = '{ motto }';
/** What a healthy `profiles` answers then. */
export const motto = '{"data":{"motto":"onwards"}}';
/** Retries without much of a pause. */
export const quick = { backoff: '1ms..2ms' };

/** A server that remembers what it was asked. */
export interface AskedServer extends TestServer {
  readonly asked: readonly string[];
}

/** Answers with these in turn, the last of them to all that follow. */
export async function inTurn(...listeners: readonly RequestListener[]): Promise<AskedServer> {
  const asked: string[] = [];
  const server = await listen(async (request, response) => {
    asked.push(await text(request));
    listeners[Math.min(asked.length, listeners.length) - 1]?.(request, response);
  });
  return { ...server, asked };
}

export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (_request, response) => void response.writeHead(code, headers).end();
}

export const good: RequestListener = (_request, response) => void response.end(motto);
export const reset: RequestListener = (request) => void request.socket.resetAndDestroy();

/** A gateway in front of `profiles` at `url`, and of a subgraph that is well. */
export function profilesAt(url: string, all: All): Promise<Federation> {
  return withProfilesAt(url, { subgraphs: { all } });
}
