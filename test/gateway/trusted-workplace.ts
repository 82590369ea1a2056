import { hash } from 'node:crypto';
import { join } from 'node:path';
import { Disposer } from '../../src/lib/disposer.ts';
import { type Federation, type FederationOptions, federate } from '../harness/federation.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';

/** An operation as Apollo's manifest lists it. */
export interface ListedOperation {
  readonly id: string;
  readonly body: string;
  readonly clientName?: string;
}

/** Apollo's manifest with these operations. */
export function apolloManifest(operations: readonly ListedOperation[]): string {
  return JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
}

export const sha256 = (text: string): string => hash('sha256', text, 'hex');

/** A gateway with trusted documents, and the folder of their manifests. */
export interface TrustedWorkplace extends Federation {
  readonly folder: Folder;
  /** Writes a manifest so that nobody reads a part of it. */
  replace(name: string, text: string): Promise<string>;
  /** The value of one series of the metrics; undefined where there is none. */
  metric(series: string): Promise<number | undefined>;
}

export interface TrustedOptions {
  /** The manifests by name. */
  readonly manifests: Readonly<Record<string, string>>;
  readonly mode?: 'open' | 'audit' | 'safelist' | 'idOnly';
  /** The rest of the configuration's `graphql`. */
  readonly graphql?: object;
}

const subgraphs: FederationOptions['subgraphs'] = {
  shop: {
    sdl: `type Query { one: Int two: Int add(a: Int!, b: [Int!]): Int item: Item }
      type Item { item: Item name: String }
      type Mutation { buy: Int }`,
    resolvers: {
      Query: {
        one: () => 1,
        two: () => 2,
        add: (_: unknown, { a }: { readonly a: number }) => a,
        item: () => ({ name: 'Lamp', item: { name: 'House' } }),
      },
      Mutation: { buy: () => 3 },
    },
  },
};

/** Starts a small shop whose gateway follows these manifests. */
export async function trusted(options: TrustedOptions): Promise<TrustedWorkplace> {
  const disposer = new Disposer();
  try {
    return await open(options, disposer);
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

async function open(
  { manifests, mode = 'open', graphql = {} }: TrustedOptions,
  disposer: Disposer,
): Promise<TrustedWorkplace> {
  const folder = disposer.use(await temporaryFolder());
  for (const [name, text] of Object.entries(manifests)) await folder.write(name, text);
  const files = Object.keys(manifests).map((name) => join(folder.path, name));
  const isOpen = mode === 'open' || mode === 'audit';
  const config = {
    server: { admin: { port: 0 } },
    graphql: {
      persistedQueries: { enabled: isOpen },
      trustedDocuments: { manifests: files, mode },
      ...graphql,
    },
  };
  const federation = disposer.use(await federate({ subgraphs, config }));
  return {
    ...federation,
    folder,
    replace: (name, text) => folder.replace(name, text),
    metric: (series) => metricOf(federation, series),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

async function metricOf({ gateway }: Federation, series: string): Promise<number | undefined> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}
