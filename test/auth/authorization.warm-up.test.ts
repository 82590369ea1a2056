import { expect, test } from '@jest/globals';
import { Authorization } from '../../src/auth/authorization/authorization.ts';
import { authorizationOptions } from '../../src/auth/authorization/options.ts';
import { Policies } from '../../src/auth/policies/policies.ts';
import type { GraphQLRequest } from '../../src/context.ts';
import { Documents } from '../../src/operation/documents.ts';
import { chooseOperation, type Operation } from '../../src/operation/operation.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import { Plans } from '../../src/plan/plans.ts';
import { warmUp } from '../../src/plan/warm-up.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { linked } from '../harness/subgraph.ts';

const { signal } = new AbortController();
const cacheBytes = 10_000_000;
const text = '{ open closed secret }';

/** What a generation has of one supergraph, as far as plans are concerned. */
function graphOf(sdl: string) {
  const composition = compose([{ name: 'one', url: 'http://one.invalid', sdl: linked(sdl) }]);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems));
  const planner = createPlanner(composition.supergraphSdl);
  const documents = new Documents(planner.apiSchema, cacheBytes);
  const options = authorizationOptions.parse({});
  const authorization = new Authorization<Operation>({
    schema: planner.apiSchema,
    facts: planner.access,
    policies: new Policies(options.policies),
    options,
    mostErrors: 10,
  });
  /** The text as a caller with this scope may see it. */
  const seenWith = async (scope: string): Promise<Operation> => {
    const operation = chooseOperation(documents.check(text).document, undefined);
    const log = { debug() {}, info() {}, warn() {}, error() {}, note() {} };
    const request = { caller: { claims: { scope } }, log } as unknown as GraphQLRequest;
    const access = await authorization.authorize({ operation, variables: {}, request }, signal);
    return access?.operation ?? operation;
  };
  return { documents, authorization, plans: new Plans(planner, cacheBytes), seenWith };
}

const scoped = '@requiresScopes(scopes: [["a"]])';

test('what was planned for a kind of callers is planned for the same kind in the next supergraph', async () => {
  const previous = graphOf(
    `type Query { open: Int  closed: Int ${scoped}  secret: Int @authenticated }`,
  );
  await previous.plans.get(await previous.seenWith('b'), [], signal);
  const used = previous.plans.mostUsed(10);
  // What was open to all asks for something now, which nobody is known to have.
  const other = '@requiresScopes(scopes: [["b"]])';
  const next = graphOf(
    `type Query { open: Int ${other}  closed: Int ${scoped}  secret: Int @authenticated }`,
  );
  expect(await warmUp(next, used, signal)).toEqual({ planned: 1, skipped: 0 });
  expect(next.plans.known(await next.seenWith('a'), [])).toBeUndefined();
  expect(next.plans.known(await next.seenWith('b'), [])).toBeUndefined();
  const plan = next.plans.known(await next.seenWith('c'), []);
  const fetched = JSON.stringify(plan?.queryPlan);
  expect(fetched).toMatch(/secret/);
  expect(fetched).not.toMatch(/open|closed/);
});
