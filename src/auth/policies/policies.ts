import type { Caller, GraphQLRequest } from '../../context.ts';
import { type Cancellation, toAbortSignal } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import { getOwn, setOwn } from '../../lib/own.ts';
import { scopesOf } from '../caller.ts';
import type { PoliciesOptions } from './options.ts';
import { type Decisions, PolicyService } from './policy-service.ts';
import { type Rule, readRule } from './rule.ts';

/**
 * Decides in code on the policies that an operation asks, all of them at once: `true` under the
 * name of each that is granted. What it leaves out is decided by the configuration.
 */
export type DecidePolicies = (
  policies: readonly string[],
  request: GraphQLRequest,
  signal: AbortSignal,
) => Decisions | Promise<Decisions>;

/** The operation that asks, as those who decide are told. */
export interface AskingOperation {
  readonly name: string | undefined;
  readonly kind: string;
}

/** Decides on policies, once for each operation. What is unknown or fails is denied. */
export class Policies implements AsyncDisposable {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #service: PolicyService | undefined;
  readonly #decide: DecidePolicies | undefined;
  readonly #timeoutMs: number;

  constructor({ rules, service, timeout }: PoliciesOptions, decide?: DecidePolicies) {
    this.#rules = new Map(Object.entries(rules).map(([name, text]) => [name, usable(text)]));
    this.#service = service && new PolicyService(service, timeout);
    this.#decide = decide;
    this.#timeoutMs = timeout;
  }

  /** Those of `policies` that are granted. The decisions are this request's: nothing keeps them. */
  async granted(
    policies: readonly string[],
    operation: AskingOperation,
    request: GraphQLRequest,
    signal: Cancellation,
  ): Promise<ReadonlySet<string>> {
    using limit = new Deadline(signal, this.#timeoutMs, tookTooLong);
    const asking = new Asking(policies, request, signal);
    await asking.ask(this.#decide && ((names) => this.#byFunction(names, request, limit.signal)));
    await asking.ask((names) => this.#byRules(names, operation, request));
    const service = this.#service;
    await asking.ask(
      service && ((names) => service.decide(inputOf(names, operation, request), limit.signal)),
    );
    return asking.granted();
  }

  #byFunction(
    names: readonly string[],
    request: GraphQLRequest,
    signal: Cancellation,
  ): Promise<Decisions> {
    return unlessAborted(async () => this.#decide?.(names, request, toAbortSignal(signal)), signal);
  }

  #byRules(
    names: readonly string[],
    operation: AskingOperation,
    request: GraphQLRequest,
  ): Decisions {
    const { method, headers, clientAddress } = request;
    // Rules read plain objects alone, which the headers of Node are not.
    const told = { method, headers: { ...headers }, clientAddress };
    const facts = { caller: toldOf(request.caller), operation: { ...operation }, request: told };
    const decisions: Record<string, unknown> = {};
    for (const name of names) {
      const rule = this.#rules.get(name);
      if (rule === undefined) continue;
      try {
        setOwn(decisions, name, rule(facts));
      } catch (err) {
        // A claim that is not there: most callers lack some.
        request.log.debug({ policy: name, err }, 'A policy rule could not tell');
        setOwn(decisions, name, false);
      }
    }
    return decisions;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
  }
}

type Decide = (names: readonly string[]) => Decisions | Promise<Decisions>;

/** What is decided and what is still to be, for one operation. */
class Asking {
  readonly #decisions = new Map<string, boolean>();
  readonly #policies: readonly string[];
  readonly #request: GraphQLRequest;
  readonly #signal: Cancellation;

  constructor(policies: readonly string[], request: GraphQLRequest, signal: Cancellation) {
    this.#policies = policies;
    this.#request = request;
    this.#signal = signal;
  }

  /**
   * Asks for what is undecided. Of one who fails, all that was asked is denied; when the client has
   * left, nobody wants to know.
   */
  async ask(decide: Decide | undefined): Promise<void> {
    const names = this.#policies.filter((name) => !this.#decisions.has(name));
    if (decide === undefined || names.length === 0) return;
    try {
      const decisions = await decide(names);
      for (const name of names) {
        const decision = getOwn({ ...decisions }, name);
        if (decision !== undefined) this.#decisions.set(name, decision === true);
      }
    } catch (err) {
      this.#signal.throwIfAborted();
      this.#request.log.warn({ policies: names, err }, 'Policies could not be decided');
      for (const name of names) this.#decisions.set(name, false);
    }
  }

  granted(): ReadonlySet<string> {
    const unknown = this.#policies.filter((name) => !this.#decisions.has(name));
    if (unknown.length > 0) {
      this.#request.log.warn({ policies: unknown }, 'Nobody decides on these policies');
    }
    return new Set(this.#policies.filter((name) => this.#decisions.get(name) === true));
  }
}

/** What rules and services are told of a caller; of one who proved nothing, too. */
export function toldOf(caller: Caller | undefined): Readonly<Record<string, unknown>> {
  const { subject = '', issuer = '', roles = [], claims = {} } = caller ?? {};
  const scopes = caller === undefined ? [] : [...scopesOf(caller)];
  const authenticated = caller !== undefined;
  return { authenticated, subject, issuer, scopes, roles: [...roles], claims };
}

/** The client's headers are not sent on: they may hold what is meant for the gateway alone. */
function inputOf(
  policies: readonly string[],
  operation: AskingOperation,
  { id, method, clientAddress, caller }: GraphQLRequest,
): object {
  return { policies, caller: toldOf(caller), operation, request: { id, method, clientAddress } };
}

/** What `work` gives, or the reason of `signal`: somebody else's code may not look at it. */
async function unlessAborted(
  work: () => Promise<Decisions | undefined>,
  signal: Cancellation,
): Promise<Decisions> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    return (await Promise.race([work(), aborted.promise])) ?? {};
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function usable(text: string): Rule {
  const rule = readRule(text);
  if (rule instanceof Error)
    throw new TypeError('Rules were checked with the configuration', { cause: rule });
  return rule;
}

function tookTooLong(timeoutMs: number): Error {
  return new Error(`The policies were not decided within ${timeoutMs} ms`);
}
