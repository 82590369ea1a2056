import { createHash } from 'node:crypto';
import { visit } from 'graphql';
import { claimAt } from '../../auth/caller.ts';
import type { GraphQLRequest } from '../../context.ts';
import type { Awaitable } from '../../lib/call.ts';
import type { Operation } from '../../operation/operation.ts';
import type { OverrideLabels } from './labels.ts';
import type { ProgressiveOverrideOptions } from './options.ts';

/** Decides on a label in code; undefined leaves it to the configuration. */
export type DecideLabel = (
  label: string,
  request: GraphQLRequest,
) => boolean | undefined | Promise<boolean | undefined>;

const none: readonly string[] = [];

/**
 * Which labels of `@override(label:)` are active for a request: Federation 2.7, progressive
 * override. Only labels that the operation may be concerned with are decided on.
 */
export class ActiveLabels {
  readonly #labels: OverrideLabels;
  readonly #options: ProgressiveOverrideOptions;
  readonly #decide: DecideLabel | undefined;
  readonly #concerned = new WeakMap<Operation, readonly string[]>();

  constructor(
    labels: OverrideLabels,
    options: ProgressiveOverrideOptions,
    decide: DecideLabel | undefined,
  ) {
    this.#labels = labels;
    this.#options = options;
    this.#decide = decide;
  }

  /** Sorted, so that equal sets are equal keys. */
  for(operation: Operation, request: GraphQLRequest): Awaitable<readonly string[]> {
    return this.#labels.ofField.size === 0 ? none : this.#decided(operation, request);
  }

  async #decided(operation: Operation, request: GraphQLRequest): Promise<readonly string[]> {
    const labels = this.#concerning(operation);
    const active = await Promise.all(labels.map((label) => this.#isActive(label, request)));
    return labels.filter((_, index) => active[index]);
  }

  #concerning(operation: Operation): readonly string[] {
    const known = this.#concerned.get(operation);
    if (known !== undefined) return known;
    const labels = new Set(this.#labels.always);
    visit(operation.document.ast, {
      Field: ({ name }) => {
        for (const label of this.#labels.ofField.get(name.value) ?? []) labels.add(label);
      },
    });
    const sorted = [...labels].sort();
    this.#concerned.set(operation, sorted);
    return sorted;
  }

  async #isActive(label: string, request: GraphQLRequest): Promise<boolean> {
    const decided = await this.#decide?.(label, request);
    if (decided !== undefined) return decided;
    const condition = Object.hasOwn(this.#options.labels, label)
      ? this.#options.labels[label]
      : undefined;
    if (typeof condition === 'boolean') return condition;
    if (condition !== undefined) return holds(valuesOf(condition, request), condition.equals);
    const percent = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label)?.[1];
    return percent !== undefined && shareOf(this.#callerOf(request)) < Number(percent);
  }

  #callerOf(request: GraphQLRequest): string {
    for (const [index, source] of this.#options.stickyBy.entries()) {
      const [value] = valuesOf(source, request);
      if (value !== undefined && value !== '') return `${index}:${value}`;
    }
    return request.clientAddress;
  }
}

type Source = { readonly header: string } | { readonly claim: string };

function valuesOf(source: Source, { headers, caller }: GraphQLRequest): readonly string[] {
  const value = 'header' in source ? headers[source.header] : claimAt(caller?.claims, source.claim);
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((each) => (isScalar(each) ? [String(each)] : []));
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function holds(values: readonly string[], equals: string | undefined): boolean {
  if (equals !== undefined) return values.includes(equals);
  return values.some((value) => !['', 'false', '0'].includes(value));
}

/**
 * Where a caller stands between 0 and 100, always in the same place: who has the 5 % of today is
 * among the 10 % of tomorrow.
 */
function shareOf(caller: string): number {
  const bits = createHash('sha256').update(caller).digest().readUIntBE(0, 6);
  return (bits / 2 ** 48) * 100;
}
