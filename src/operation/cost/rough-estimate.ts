import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CostField } from './cost-schema.ts';
import { fieldCost } from './estimate.ts';
import { fieldTerms, nested, type Sized } from './field-terms.ts';
import type { Term } from './formula.ts';
import { guardOf, unguarded } from './guards.ts';
import type { SelectionsContext } from './selections.ts';

/** The cost of a selection: of the lists that its parent's arguments bound, for one item each. */
interface Rough {
  readonly fixed: Term;
  readonly perItem: Term;
}

const nothing: Rough = { fixed: 0, perItem: 0 };

/**
 * An upper bound in one look at each selection, however often it is spread: what stands twice is
 * paid for twice, fragments on different types all count, and so does what may be skipped.
 */
export class RoughEstimator {
  readonly #context: SelectionsContext;
  readonly #known = new Map<string, Map<SelectionSetNode, Rough>>();

  constructor(context: SelectionsContext) {
    this.#context = context;
  }

  /** The cost of all that is selected of one object of the type. */
  below(type: string, set: SelectionSetNode): Term {
    return this.#set(type, set, []).fixed;
  }

  #set(type: string, set: SelectionSetNode, sized: readonly string[]): Rough {
    const key = [type, ...sized].join(' ');
    const known = this.#known.get(key) ?? new Map<SelectionSetNode, Rough>();
    this.#known.set(key, known);
    const rough = known.get(set) ?? this.#sum(type, set, sized);
    known.set(set, rough);
    return rough;
  }

  #sum(type: string, { selections }: SelectionSetNode, sized: readonly string[]): Rough {
    const { builder } = this.#context;
    const parts = selections.map((node) => this.#selection(type, node, sized));
    return {
      fixed: builder.sum(parts.map(({ fixed }) => fixed)),
      perItem: builder.sum(parts.map(({ perItem }) => perItem)),
    };
  }

  #selection(type: string, node: SelectionNode, sized: readonly string[]): Rough {
    if (guardOf(node, unguarded) === undefined) return nothing;
    if (node.kind === Kind.FIELD) {
      return node.name.value.startsWith('__') ? nothing : this.#field(type, node, sized);
    }
    const fragment = this.#fragment(node);
    if (fragment === undefined) return nothing;
    const inner = fragment.typeCondition?.name.value ?? type;
    return this.#set(inner, fragment.selectionSet, sized);
  }

  #fragment(node: Exclude<SelectionNode, FieldNode>) {
    if (node.kind === Kind.INLINE_FRAGMENT) return node;
    const named: FragmentDefinitionNode | undefined = this.#context.fragments.get(node.name.value);
    return named;
  }

  #field(type: string, node: FieldNode, sized: readonly string[]): Rough {
    const { schema, builder, listSize } = this.#context;
    const variants = schema.variants(type, node.name.value);
    const isSized = sized.includes(node.name.value);
    const costs = variants.map((field) => {
      const terms = fieldTerms(field, node, this.#context);
      const below = this.#below(field, node, terms.sized);
      const weight = field.weight ?? schema.largestWeightOf(field.type);
      const bySize = isSized && field.lists > 0;
      const size = bySize ? nested(field.lists - 1, listSize) : terms.size;
      // Not lowered by arguments: what is worked out for one item must not be so for each.
      const added = builder.atLeastNothing(terms.arguments);
      return { bySize, cost: fieldCost(size, added, [{ weight, below }], builder) };
    });
    const most = (bySize: boolean) =>
      builder.largest(costs.filter((each) => each.bySize === bySize).map(({ cost }) => cost));
    return { fixed: most(false), perItem: most(true) };
  }

  #below(field: CostField, { selectionSet }: FieldNode, sized: Sized | undefined): Term {
    if (selectionSet === undefined) return 0;
    const { builder } = this.#context;
    const names = sized === undefined ? [] : [...sized.names];
    const { fixed, perItem } = this.#set(field.type, selectionSet, names);
    return sized === undefined ? fixed : builder.sum([fixed, builder.product(sized.size, perItem)]);
  }
}
