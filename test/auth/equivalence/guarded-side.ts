import { Authorization } from '../../../src/auth/authorization/authorization.ts';
import { authorizationOptions } from '../../../src/auth/authorization/options.ts';
import { Policies } from '../../../src/auth/policies/policies.ts';
import type { GraphQLRequest } from '../../../src/context.ts';
import { Executor } from '../../../src/execute/executor.ts';
import { Documents } from '../../../src/operation/documents.ts';
import { chooseOperation, type Operation } from '../../../src/operation/operation.ts';
import { coerceVariables } from '../../../src/operation/variables.ts';
import type { Planner } from '../../../src/plan/planner.ts';
import { Plans } from '../../../src/plan/plans.ts';
import { readAnswer } from '../../../src/subgraph/answer.ts';
import type { RandomOperation } from '../../conformance/random-operation.ts';
import type { SubgraphServer } from '../../conformance/subgraph-server.ts';
import type { World } from '../../conformance/world.ts';
import type { RandomCaller } from './guards.ts';

/** What the guarded side answered, and what its subgraphs were asked for that. */
export interface GuardedAnswer {
  readonly data: string;
  readonly denied: readonly string[];
  readonly asked: readonly { readonly subgraph: string; readonly text: string }[];
  /** Each word of the plan: not all that is planned comes to be asked. */
  readonly planned: ReadonlySet<string>;
}

const cacheBytes = 100_000_000;

/** The gateway's own steps from the document to the answer, before servers of one model. */
export class GuardedSide {
  readonly #planner: Planner;
  readonly #servers: Readonly<Record<string, SubgraphServer>>;
  readonly #documents: Documents;
  readonly #plans: Plans;
  readonly #executor: Executor;

  constructor(planner: Planner, servers: Readonly<Record<string, SubgraphServer>>) {
    this.#planner = planner;
    this.#servers = servers;
    this.#documents = new Documents(planner.apiSchema, cacheBytes);
    this.#plans = new Plans(planner, cacheBytes);
    this.#executor = new Executor(planner.apiSchema, planner.possibleTypes);
  }

  /** All callers are judged by one of these, as in a gateway. */
  authorization(grantedTo: () => ReadonlySet<string>): Authorization<Operation> {
    const options = authorizationOptions.parse({});
    return new Authorization({
      schema: this.#planner.apiSchema,
      facts: this.#planner.access,
      policies: new Policies(options.policies, (names) =>
        Object.fromEntries(names.map((name) => [name, grantedTo().has(name)])),
      ),
      options,
      mostErrors: Number.POSITIVE_INFINITY,
    });
  }

  async answer(
    random: RandomOperation,
    { caller }: RandomCaller,
    authorization: Authorization<Operation>,
    world: World,
  ): Promise<GuardedAnswer> {
    const { signal } = new AbortController();
    const operation = chooseOperation(this.#documents.check(random.text).document, undefined);
    const variables = coerceVariables(this.#planner.apiSchema, operation, random.variables);
    const log = { debug() {}, info() {}, warn() {}, error() {}, note() {} };
    const request = { headers: {}, log, ...(caller && { caller }) } as unknown as GraphQLRequest;
    const access = await authorization.authorize({ operation, variables, request }, signal);
    const denied = (access?.errors ?? []).map(({ path = [] }) => path.join('.')).sort();
    if (access?.isRefused) return { data: 'null', denied, asked: [], planned: new Set() };
    const { plan } = await this.#plans.get(access?.operation ?? operation, [], signal);
    const asked: { subgraph: string; text: string }[] = [];
    const { data } = await this.#executor.execute(
      plan,
      variables,
      async ({ subgraph, document, variables: given }) => {
        asked.push({ subgraph, text: document.text });
        const server = this.#servers[subgraph];
        if (server === undefined) throw new TypeError('A plan names subgraphs of its supergraph');
        const result = await server(document.text, JSON.parse(given), world);
        const body = Buffer.from(JSON.stringify(result));
        return readAnswer(subgraph, { status: 200, headers: {}, body });
      },
      signal,
    );
    return { data, denied, asked, planned: new Set(JSON.stringify(plan.queryPlan).match(/\w+/g)) };
  }
}
