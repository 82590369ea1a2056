import { z } from 'zod';

const maximum = z.int().min(0);
const size = z.int().min(0).max(1_000_000);

const budget = z.strictObject({
  max: maximum
    .optional()
    .describe(
      'Highest estimated cost of what one operation asks of the subgraph. Fetches beyond it are ' +
        'skipped, and their fields null with an error. No maximum unless set',
    ),
  listSize: size
    .optional()
    .describe('Items of its lists without @listSize. That of graphql.cost unless set'),
});

/** `graphql.cost`: what operations may cost. */
export const costOptions = z
  .strictObject({
    mode: z
      .enum(['off', 'measure', 'enforce'])
      .default('off')
      .describe(
        'measure works out costs and refuses nothing; enforce refuses what is too expensive, ' +
          'before it is planned. Default off, which costs nothing',
      ),
    max: maximum
      .optional()
      .describe(
        'Highest estimated cost of an operation. No maximum unless set; a good one is above the ' +
          '99th percentile of the metric cost_estimated',
      ),
    listSize: size
      .default(10)
      .describe('Items of a list without @listSize. Default 10; 0 takes such lists to be empty'),
    actual: z
      .enum(['byResponseShape', 'bySubgraph', 'off'])
      .default('byResponseShape')
      .describe(
        'What the actual cost is of: the answer as the operation asks for it, or the answers of ' +
          'all subgraphs, with what the gateway asks beyond. Default byResponseShape, which the ' +
          'estimate bounds; off spares the time to count',
      ),
    headers: z
      .boolean()
      .default(false)
      .describe(
        'Whether replies tell costs: X-Cost-Max, X-Cost-Estimated, X-Cost-Actual. Default false: ' +
          'they tell strangers what to stay below',
      ),
    subgraphs: z
      .object({ all: budget.default({}).describe('For every subgraph, unless its own differs') })
      .catchall(budget.describe('For the subgraph of this name, which the supergraph has to have'))
      .prefault({})
      .describe('What operations may cost single subgraphs'),
  })
  .refine(
    ({ mode, max, subgraphs }) =>
      mode !== 'enforce' ||
      max !== undefined ||
      Object.values(subgraphs).some((each) => each.max !== undefined),
    'To enforce costs, set a maximum: max, or that of a subgraph',
  );

/** What an operator writes under `graphql.cost`. */
export type CostInput = z.input<typeof costOptions>;
/** `graphql.cost` with every default. */
export type CostOptions = z.output<typeof costOptions>;

/** What operations may cost one subgraph. */
export interface SubgraphBudget {
  /** Infinite where there is no maximum. */
  readonly max: number;
  readonly listSize: number;
}

/** The budget of the subgraph `name`: its own, else that of all. */
export function subgraphBudget(name: string, { subgraphs, listSize }: CostOptions): SubgraphBudget {
  const { all } = subgraphs;
  const own = name !== 'all' && Object.hasOwn(subgraphs, name) ? subgraphs[name] : undefined;
  return {
    max: own?.max ?? all.max ?? Number.POSITIVE_INFINITY,
    listSize: own?.listSize ?? all.listSize ?? listSize,
  };
}
