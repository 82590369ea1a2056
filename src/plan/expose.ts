import type { IncomingHttpHeaders } from 'node:http';
import type { Plan } from './plans.ts';

/** The header with which a client asks for the plan: `true`, or `dry-run` for the plan alone. */
const header = 'apollo-expose-query-plan';

/** What `extensions.apolloQueryPlan` holds. */
export interface ExposedPlan {
  readonly object: Plan['queryPlan'];
  readonly text: string;
}

/** What a client asked to be told of the plan; `only` means that nothing is to be fetched. */
export function askedForPlan(headers: IncomingHttpHeaders): 'no' | 'too' | 'only' {
  const value = headers[header];
  if (value === 'dry-run') return 'only';
  return value === 'true' ? 'too' : 'no';
}

/** A plan as tools read it (`object`) and as people do (`text`). */
export async function exposedPlan({ queryPlan }: Pick<Plan, 'queryPlan'>): Promise<ExposedPlan> {
  // To write it takes half as long as to make it, and a package that is large: only who asks pays.
  const { formatPlan } = await import('./format-plan.ts');
  return { object: queryPlan, text: formatPlan(queryPlan) };
}
