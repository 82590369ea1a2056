import { always } from '../clients/dns-targets.ts';
import { HttpClient } from '../clients/http.ts';
import { TlsFiles } from '../clients/tls-material.ts';
import type { Log } from '../context.ts';
import { StartupError } from '../errors.ts';
import type { Disposer } from '../lib/disposer.ts';
import type { SubgraphOptions } from './options.ts';
import type { PlannedTarget } from './target-list.ts';

/** Where connections go to, whatever the URLs of requests say. */
export type ConnectTo = Pick<PlannedTarget, 'socketPath' | 'address'>;

/** What calls one target, or a mirror. */
export function clientFor(
  { socketPath, address }: ConnectTo,
  { connections, timeout, response }: SubgraphOptions,
  tls: TlsFiles | undefined,
): HttpClient {
  return new HttpClient({
    connections: connections.max,
    keepAliveMs: connections.keepAlive,
    connectTimeoutMs: timeout.connect,
    maxBodyBytes: response.size,
    http2: connections.http2,
    ...(socketPath !== undefined && { socketPath }),
    ...(address !== undefined && { lookup: always(address) }),
    ...(tls !== undefined && { tls }),
  });
}

export interface TlsSetup {
  readonly name: string;
  readonly options: SubgraphOptions;
  readonly log: Log;
}

/** The certificates of a subgraph, if it has its own. Throws a `StartupError` for bad ones. */
export async function openTls(
  { name, options: { tls }, log }: TlsSetup,
  disposer: Disposer,
): Promise<TlsFiles | undefined> {
  if (tls === undefined) return undefined;
  const report = (err: unknown): void => {
    const fields = { subgraph: name };
    if (err === undefined) log.info(fields, 'Certificates for a subgraph were read again');
    else log.error({ ...fields, err }, 'Certificates for a subgraph are refused');
  };
  try {
    return disposer.use(await TlsFiles.open(tls, report));
  } catch (cause) {
    const reason = cause instanceof Object && 'message' in cause ? cause.message : cause;
    const message = `graphql.subgraphs.${name}.tls cannot be used: ${reason}`;
    throw new StartupError('configuration', [{ code: 'TLS_UNUSABLE', message }], { cause });
  }
}
