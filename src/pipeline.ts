import type { Access } from './auth/authorization/authorization.ts';
import type { GraphQLRequest, Reply } from './context.ts';
import type { ApolloFront, FrontAnswer, FrontExecution } from './edge/apollo.ts';
import { GatewayError } from './errors.ts';
import type { Awaitable, Call } from './lib/call.ts';
import type { Cancellation } from './lib/cancellation.ts';
import { Deadline } from './lib/deadline.ts';
import type { Bill } from './operation/cost/demand-control.ts';
import type { Operation } from './operation/operation.ts';
import type { PreparedOperation } from './operation/prepare.ts';
import type { Variables } from './operation/variables.ts';
import type { Plan } from './plan/plans.ts';

/** The steps of a request, each of them one folder, as `gateway.ts` wires them. */
export interface Steps<Graph extends { readonly front: ApolloFront }> {
  /** Takes hold of the current supergraph until the lease is disposed. */
  readonly lease: () => Disposable & { readonly content: Graph };
  /** `auth/`: the request with its caller, or without one; refuses a credential that is bad. */
  readonly authenticate: (
    request: GraphQLRequest,
    graph: Graph,
    signal: Cancellation,
  ) => Awaitable<GraphQLRequest>;
  /** `operation/`: text, document, operation and variables, all checked. */
  readonly prepare: (request: GraphQLRequest, graph: Graph) => PreparedOperation;
  /** `auth/`: what the caller may see of the operation; undefined for all of it. */
  readonly authorize: (
    prepared: PreparedOperation,
    graph: Graph,
    request: GraphQLRequest,
    signal: Cancellation,
  ) => Awaitable<Access<Operation> | undefined>;
  /** The answer to an operation of which nothing is executed, since its caller may not see it. */
  readonly deny: (access: Access<Operation>) => FrontExecution;
  /** `operation/cost/`: refuses what is too expensive; undefined while costs are not looked at. */
  readonly admit: (
    prepared: Pick<PreparedOperation, 'operation' | 'variables'>,
    graph: Graph,
    request: GraphQLRequest,
  ) => Bill | undefined;
  /** `plan/`: the operation's plan, from the cache or made now. */
  readonly plan: (
    operation: Operation,
    graph: Graph,
    request: GraphQLRequest,
    signal: Cancellation,
  ) => Awaitable<Plan>;
  /** `execute/` and `subgraph/`: fetches by the plan, and the completed answer. */
  readonly execute: Call<Work<Graph>, FrontExecution>;
  /** `respond/`: the answer as bytes. */
  readonly respond: (answer: FrontAnswer, request: GraphQLRequest) => Reply;
  /** `respond/`: a request that was refused or failed as a whole. */
  readonly fail: (error: GatewayError, request: GraphQLRequest) => Reply;
  /** Aborts when the gateway ends for good; mutations follow no other signal. */
  readonly lifetime: Cancellation;
  /** The longest that an operation may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** One planned operation of one request. */
export interface Work<Graph> {
  readonly request: GraphQLRequest;
  readonly graph: Graph;
  readonly plan: Plan;
  readonly variables: Variables;
  readonly bill: Bill | undefined;
  readonly access: Access<Operation> | undefined;
}

/** A request's way through the gateway. Each step is one folder, in this order. */
export function createPipeline<Graph extends { readonly front: ApolloFront }>(
  steps: Steps<Graph>,
): Call<GraphQLRequest, Reply> {
  return async (received, signal) => {
    try {
      // One supergraph for the whole request, however long a reload overtakes it.
      using lease = steps.lease();
      const graph = lease.content;
      const identified = steps.authenticate(received, graph, signal);
      const request = 'then' in identified ? await identified : identified;
      const prepared = steps.prepare(request, graph);
      const { variables } = prepared;
      const judged = steps.authorize(prepared, graph, request, signal);
      const access = judged !== undefined && 'then' in judged ? await judged : judged;
      const { operation } = access ?? prepared;
      const bill = steps.admit({ operation, variables }, graph, request);
      // A mutation runs to its end though the client may leave: half of one helps nobody.
      const wanted = operation.kind === 'mutation' ? steps.lifetime : signal;
      using limit = new Deadline(wanted, steps.timeoutMs, tookTooLong);
      const until = limit.signal;
      // Apollo Server's plugins see the operation, and then the errors as they are.
      const answer = await graph.front.run(request, operation.document, async () => {
        if (access?.isRefused) return steps.deny(access);
        const plan = await steps.plan(operation, graph, request, until);
        return steps.execute({ request, graph, plan, variables, bill, access }, until);
      });
      return steps.respond(answer, request);
    } catch (thrown) {
      return steps.fail(GatewayError.from(thrown), received);
    }
  };
}

function tookTooLong(timeoutMs: number): GatewayError {
  return new GatewayError('GATEWAY_TIMEOUT', `The operation took longer than ${timeoutMs} ms`);
}
