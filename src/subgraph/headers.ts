import type { IncomingHttpHeaders } from 'node:http';
import { claimAt } from '../auth/caller.ts';
import type { Caller } from '../context.ts';
import {
  type RequestHeaderRule,
  type ResponseHeaderRule,
  reservedHeaders,
} from './header-options.ts';
import { headerText, type IdentityHeaders, isIdentity } from './identity-headers.ts';

export type SentHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Headers of which every line counts, whatever a rule says of several values. */
const keptApart = new Set(['set-cookie', 'www-authenticate']);

/** Whose headers they are. */
export interface HeaderSource {
  readonly headers: IncomingHttpHeaders;
  readonly caller?: Caller;
}

/**
 * What a subgraph is sent of the client's headers: nothing but what `rules` say, in their order.
 * The first `propagate` that writes a name wins; `insert` and `remove` act on what is there. What
 * says who calls is the gateway's to say: no header of the client passes under such a name.
 */
export function requestHeaders(
  rules: readonly RequestHeaderRule[],
  { headers: client, caller }: HeaderSource,
  identity: IdentityHeaders,
): SentHeaders {
  const sent: Record<string, string | readonly string[]> = {};
  for (const rule of rules) {
    if ('propagate' in rule) propagate(rule.propagate, client, sent, identity);
    else if ('remove' in rule) {
      for (const name of Object.keys(sent)) if (matches(rule.remove, name)) delete sent[name];
    } else {
      const { name, value, claim } = rule.insert;
      const text = claim === undefined ? value : headerText(claimAt(caller?.claims, claim));
      if (text !== undefined) sent[name] = text;
    }
  }
  return sent;
}

type Propagation = Extract<RequestHeaderRule, { propagate: unknown }>['propagate'];

function propagate(
  rule: Propagation,
  client: IncomingHttpHeaders,
  sent: Record<string, string | readonly string[]>,
  identity: IdentityHeaders,
): void {
  const names = 'named' in rule ? [rule.named] : Object.keys(client);
  for (const name of names) {
    if (!matches(rule, name) || !mayPass(name, client)) continue;
    const target = 'named' in rule ? (rule.rename ?? name) : name;
    if (isIdentity(target, identity)) continue;
    const value = client[name] ?? ('named' in rule ? rule.default : undefined);
    if (value !== undefined && !Object.hasOwn(sent, target)) sent[target] = value;
  }
}

type NameRule = { readonly named: string } | { readonly matching: RegExp };

function matches(rule: NameRule, name: string): boolean {
  return 'named' in rule ? rule.named === name : rule.matching.test(name);
}

/** `Connection` may name further headers that end here. */
function mayPass(name: string, { connection }: IncomingHttpHeaders): boolean {
  if (reservedHeaders.has(name)) return false;
  const named = connection?.toLowerCase().split(',') ?? [];
  return !named.some((each) => each.trim() === name);
}

/** Whether clients get cookies of the subgraph: each is meant for one of them. */
export function passesCookies(rules: readonly ResponseHeaderRule[]): boolean {
  return rules.some(({ propagate: rule }) => matches(rule, 'set-cookie'));
}

/** What the client is sent of the subgraphs' headers, over all answers to one operation. */
export class ReplyHeaders {
  #values: Map<string, readonly string[]> | undefined;

  /** Adds one answer's headers by the rules for its subgraph. */
  add(rules: readonly ResponseHeaderRule[], answer: IncomingHttpHeaders): void {
    for (const { propagate: rule } of rules) {
      const names = 'named' in rule ? [rule.named] : Object.keys(answer);
      for (const name of names) {
        // The reply has a body of its own, and what describes a body stays with it.
        if (!matches(rule, name) || !mayPass(name, answer) || name.startsWith('content-')) continue;
        this.#take(rule, name, answer[name]);
      }
    }
  }

  /** The headers as they are to be sent: each value of several is a line of its own. */
  toHeaders(): SentHeaders {
    if (this.#values === undefined) return {};
    const entries = [...this.#values].map(([name, values]) => {
      const [only = ''] = values;
      return [name, values.length === 1 ? only : values] as const;
    });
    return Object.fromEntries(entries);
  }

  #take(
    rule: ResponseHeaderRule['propagate'],
    name: string,
    value: string | readonly string[] | undefined,
  ): void {
    const target = ('named' in rule ? rule.rename : undefined) ?? name;
    const given = value ?? ('named' in rule ? rule.default : undefined);
    if (given === undefined) return;
    this.#values ??= new Map();
    const known = this.#values.get(target) ?? [];
    const values = [given].flat();
    if (rule.algorithm === 'append' || keptApart.has(target)) {
      this.#values.set(target, [...known, ...values]);
    } else if (rule.algorithm === 'last' || known.length === 0) {
      this.#values.set(target, values);
    }
  }
}
