import { type LimitsInput, limitsOptions } from '../../src/operation/limits/options.ts';

const names = Object.keys(limitsOptions.shape).filter((name) => name !== 'warnOnly');

/** `graphql.limits` without any: for tests of what lies behind them. */
export const unlimited: LimitsInput = Object.fromEntries(names.map((name) => [name, false]));
