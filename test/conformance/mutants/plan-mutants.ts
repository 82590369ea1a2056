import type { Mutant } from './mutant.ts';

const document = 'src/plan/planning-document.ts';
const part = 'src/plan/planned-part.ts';

/** What is done to a document before it is planned, left out. */
export const planMutants: readonly Mutant[] = [
  {
    name: 'aliases that are field names keep them',
    file: document,
    find: '(fieldNames.has(alias) || planAlias.test(alias))',
    replace: 'planAlias.test(alias)',
  },
  {
    name: 'aliases like those of the planner keep their names',
    file: document,
    find: '(fieldNames.has(alias) || planAlias.test(alias))',
    replace: 'fieldNames.has(alias)',
    tests: ['test/execute/composed-types.test.ts'],
  },
  {
    name: 'a new name may be one that is there',
    file: document,
    find: "while (this.#taken.has(fresh)) fresh += '_';",
    replace: '',
    tests: ['test/execute/aliases.test.ts'],
  },
  {
    name: 'variables that the planner declares keep their names',
    file: document,
    find: 'if (!reservedVariable.test(node.name.value)) return undefined;',
    replace: 'if (!reservedVariable.test(node.name.value) || node) return undefined;',
    tests: ['test/execute/variables.test.ts'],
  },
  {
    name: 'introspection is planned',
    file: part,
    find: "return name.value === '__schema' || name.value === '__type';",
    replace: "return name.value === '__nothing';",
    tests: ['test/execute/introspection.test.ts'],
  },
  {
    name: 'what is never included is planned',
    file: part,
    find: "return name.value === (condition.value ? 'skip' : 'include');",
    replace: "return name.value === (condition.value ? 'skipped' : 'included');",
    tests: ['test/execute/conditions.test.ts'],
  },
  {
    name: 'what is always included is not planned',
    file: part,
    find: "return name.value === (condition.value ? 'skip' : 'include');",
    replace: "return name.value === (condition.value ? 'include' : 'skip');",
  },
  {
    name: 'a field of which all was left out stays empty',
    file: part,
    find: 'return selectionSet && isEmpty(selectionSet) ? { ...node, selectionSet: typename } : undefined;',
    replace:
      'return selectionSet && isEmpty(selectionSet) && node === undefined ? node : undefined;',
  },
  {
    name: 'a fragment of which all was left out stays empty',
    file: part,
    find: '(isEmpty(selectionSet) ? null : undefined)',
    replace: '(isEmpty(selectionSet) ? undefined : undefined)',
    tests: ['test/execute/introspection.test.ts'],
  },
  {
    name: 'conditions of a field and of its selection become one',
    file: document,
    find: 'document: withConditionsApart(planned),',
    replace: 'document: planned,',
    tests: ['test/execute/conditions.test.ts'],
  },
  {
    name: 'what is in conditional fragments counts as asked for anyway',
    file: part,
    find: 'return node.kind === Kind.FIELD && (node.directives?.length ?? 0) === 0;',
    replace: 'return (node.directives?.length ?? 0) >= 0;',
    tests: ['test/execute/conditions.test.ts'],
  },
];
