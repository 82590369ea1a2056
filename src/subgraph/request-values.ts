import { claimAt } from '../auth/caller.ts';
import type { SubgraphRequest } from '../context.ts';
import type { ValueSource } from '../resilience/balance/options.ts';
import type { SplitRule } from '../resilience/balance/split.ts';
import type { SplitOptions } from '../resilience/balance/split-options.ts';
import { headerText } from './identity-headers.ts';

type Read = (request: SubgraphRequest) => string | undefined;

/** Reads a value of the client's request. */
export function valueReader({ from, name }: ValueSource): Read {
  if (from === 'claim') return ({ client }) => headerText(claimAt(client.caller?.claims, name));
  if (from === 'cookie') return ({ client }) => cookieOf(client.headers.cookie, name);
  return ({ client }) => {
    const value = client.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

/** The rules as they are asked. */
export function splitRules(split: SplitOptions): readonly SplitRule<SubgraphRequest>[] {
  return split.map((rule) => {
    const { group } = rule;
    if ('percent' in rule) {
      const { percent: share, by } = rule;
      return { group, share, ...(by && { stickyBy: valueReader(by) }) };
    }
    const read = valueReader(rule.when);
    const wanted = rule.is && new Set(rule.is);
    const matches = (request: SubgraphRequest): boolean => {
      const value = read(request);
      return value !== undefined && (wanted?.has(value) ?? true);
    };
    return { group, matches };
  });
}

/** Whether callers are told apart by what the subgraph is not sent: they share no answers then. */
export function tellsCallersApart(split: SplitOptions | undefined): boolean {
  return split?.some((rule) => 'when' in rule || rule.by !== undefined) === true;
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
