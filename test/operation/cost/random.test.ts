import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Kind, parse, validate } from 'graphql';
import { Evaluation, FormulaBuilder } from '../../../src/operation/cost/formula.ts';
import { RoughEstimator } from '../../../src/operation/cost/rough-estimate.ts';
import { fragmentsOf } from '../../../src/operation/operation.ts';
import { listed } from '../../conformance/choices.ts';
import { type RandomOperation, randomOperation } from '../../conformance/random-operation.ts';
import { pricing } from './pricing.ts';
import { randomAnswer } from './random-data.ts';
import { shop } from './shop.ts';

const { planner, schema, coerced, estimate, actual } = pricing(shop);
const { apiSchema, costs } = planner;

const numbers = fc.array(fc.integer({ min: 0, max: 65_535 }), { minLength: 40, maxLength: 250 });

/** Lists within lists grow: an answer has to stay small enough to be made. */
function isSmall({ text, variables }: RandomOperation): boolean {
  return estimate(text, variables).cost < 3_000;
}

function isValid({ text }: RandomOperation): boolean {
  return validate(apiSchema, parse(text)).length === 0;
}

const operations = numbers.map((each) => randomOperation(listed(each), apiSchema)).filter(isValid);

describe('a random operation', () => {
  test('never costs more than was estimated, whatever the answer', async () => {
    let [most, some] = [0, 0];
    await fc.assert(
      fc.asyncProperty(operations.filter(isSmall), numbers, async (operation, each) => {
        const data = randomAnswer(apiSchema, costs, operation, listed(each));
        const { cost } = estimate(operation.text, operation.variables);
        const counted = await actual(operation.text, data, operation.variables);
        if (counted === undefined) throw new Error('It is priced roughly');
        if (counted > 0) some += 1;
        if (counted === cost && cost > 0) most += 1;
        expect(counted).toBeLessThanOrEqual(cost);
      }),
      { numRuns: 1_000, seed: 1 },
    );
    // The bound is not there for nothing: many cost something, and some all that was estimated.
    expect(some).toBeGreaterThan(250);
    expect(most).toBeGreaterThan(50);
  }, 60_000);

  test('is never estimated at less by the rough bound', async () => {
    let beyond = 0;
    await fc.assert(
      fc.property(operations, ({ text, variables }) => {
        const { cost } = estimate(text, variables);
        const rough = roughly(text, coerced(text, variables));
        if (rough > cost) beyond += 1;
        expect(rough).toBeGreaterThanOrEqual(cost);
      }),
      { numRuns: 1_000, seed: 2 },
    );
    expect(beyond).toBeGreaterThan(50);
  }, 60_000);
});

function roughly(text: string, variables: RandomOperation['variables']): number {
  const ast = parse(text);
  const operation = ast.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new Error('There is no operation');
  const root = apiSchema.getRootType(operation.operation)?.name ?? '';
  const builder = new FormulaBuilder();
  const context = { schema, builder, listSize: 10, fragments: fragmentsOf(ast) };
  const term = new RoughEstimator(context).below(root, operation.selectionSet);
  const base = operation.operation === 'mutation' ? 10 : 0;
  return base + new Evaluation(variables, builder.size).of(term);
}
