import { parse } from 'graphql';
import type { Exceeded } from '../../../src/operation/limits/exceeded.ts';
import { OperationLimits } from '../../../src/operation/limits/limits.ts';
import {
  type LimitName,
  type LimitsInput,
  limitsOptions,
} from '../../../src/operation/limits/options.ts';

/** The default limits, save what is given. */
export function limits(input: LimitsInput = {}): OperationLimits {
  return new OperationLimits(limitsOptions.parse(input));
}

/** One limit alone. */
export function only(name: LimitName, max: number): OperationLimits {
  const names = Object.keys(limitsOptions.shape).filter((each) => each !== 'warnOnly');
  const off = Object.fromEntries(names.map((each) => [each, false]));
  return limits({ ...off, [name]: max });
}

/** All that a document exceeds, before it is parsed and after. */
export function exceededBy(text: string, checked: OperationLimits): readonly Exceeded[] {
  return [...checked.ofText(text), ...checked.ofDocument(parse(text))];
}

/** True when `text` is taken under a limit of `count` and refused under one less. */
export function counts(text: string, name: LimitName, count: number): boolean {
  const isTaken = exceededBy(text, only(name, count)).length === 0;
  return isTaken && (count === least(name) || exceededBy(text, only(name, count - 1)).length === 1);
}

function least(name: LimitName): number {
  return name === 'aliases' || name === 'directives' ? 0 : 1;
}

/** Things of one kind after another. */
export function repeated(count: number, one: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => one(n)).join(' ');
}
