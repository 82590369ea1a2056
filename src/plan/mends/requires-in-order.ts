import {
  federationMetadata,
  isInterfaceType,
  isObjectType,
  MapWithCachedArrays,
  type Schema,
  type SelectionSet,
} from '@apollo/federation-internals';

/**
 * Has a field that is required wait for what it requires itself.
 * Upstream defect: `handleRequiresTree` of `@apollo/query-planner` 2.14 merges fetches into the one
 * that found the entity, though they wait for a third (`canMergeChildIn` looks at one parent), or
 * select what is external there (`canRebaseOn` looks at names). Where `four` requires `three`, and
 * `three` requires `two`, `three` was asked for beside the key, before anybody had asked for `two`.
 * It also throws ("adding it as parent would create a cycle") where it merges two fetches of one
 * subgraph between which a third has to come (`mergeFetchesToSameSubgraphAndSameInputs`).
 * The class to mend is private: the first fetch that a plan notes shows it.
 */
export function requiresInOrder(): void {
  const { prototype } = MapWithCachedArrays;
  const { set } = prototype;
  prototype.set = function noteFirstFetch(key, value) {
    if (isFetchGroup(value)) {
      prototype.set = set;
      mergeInOrder(Object.getPrototypeOf(value));
    }
    return set.call(this, key, value);
  };
}

function mergeInOrder(groups: FetchGroup): void {
  const { canMergeChildIn, mergeInWithAllDependencies, removeInputsFromSelection } = groups;
  if (canMergeChildIn.name === canMergeInOrder.name) return;
  groups.canMergeChildIn = canMergeInOrder;
  groups.mergeInWithAllDependencies = mergeUnlessBetween;
  groups.removeInputsFromSelection = removeInputs;

  function canMergeInOrder(this: FetchGroup, child: FetchGroup): boolean {
    const waitsForNoOther = child
      .parents()
      .every(({ group }) => group === this || this.isDescendantOf(group));
    return waitsForNoOther && canMergeChildIn.call(this, child);
  }

  /** Fetches that need the same are one, unless a third waits for one and the other for that. */
  function mergeUnlessBetween(this: FetchGroup, other: FetchGroup): void {
    if (isOneBetween(this, other) || isOneBetween(other, this)) return;
    mergeInWithAllDependencies.call(this, other);
  }

  /** The planner asks next whether the parent can select the rest: it cannot. */
  function removeInputs(this: FetchGroup): void {
    removeInputsFromSelection.call(this);
    const rest = this.selection;
    const parents = this.parents().map(({ group }) => group.selection.parentType.schema());
    if (!parents.some((schema) => selectsExternal(rest, schema))) return;
    Object.defineProperty(rest, 'canRebaseOn', { value: () => false });
  }
}

function isOneBetween(first: FetchGroup, last: FetchGroup): boolean {
  return first.children().some((group) => group !== last && last.isDescendantOf(group));
}

/** True where the subgraph declares a selected field for the sake of its own requirements only. */
function selectsExternal(selectionSet: SelectionSet, schema: Schema): boolean {
  return selectionSet.selections().some((selection) => {
    if (selection.selectionSet && selectsExternal(selection.selectionSet, schema)) return true;
    if (selection.kind !== 'FieldSelection') return false;
    const type = schema.type(selection.element.definition.parent.name);
    if (type === undefined || !(isObjectType(type) || isInterfaceType(type))) return false;
    const field = type.field(selection.element.name);
    return field !== undefined && federationMetadata(schema)?.isFieldExternal(field) === true;
  });
}

/** As much of the planner's class as is needed here: it has no public type. */
interface FetchGroup {
  readonly selection: SelectionSet;
  canMergeChildIn(child: FetchGroup): boolean;
  children(): readonly FetchGroup[];
  isDescendantOf(ancestor: FetchGroup): boolean;
  mergeInWithAllDependencies(other: FetchGroup): void;
  parents(): readonly { readonly group: FetchGroup }[];
  removeInputsFromSelection(): void;
}

function isFetchGroup(value: unknown): value is FetchGroup {
  return typeof value === 'object' && value !== null && 'canMergeChildIn' in value;
}
