// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of code.
import type { Mutant } from './mutant.ts';

const folder = 'src/auth/authorization';
const facts = 'test/auth/authorization.facts.test.ts';
const filtered = 'test/auth/authorization.filtered.test.ts';
const guarded = 'test/auth/guarded.test.ts';
const keys = 'test/auth/authorization.keys.test.ts';
const equivalence = 'test/auth/authorization.equivalence.test.ts';
const introspection = 'test/auth/authorization.introspection.test.ts';
const policies = 'test/auth/authorization.policies.test.ts';

/** What callers may see, told otherwise. */
export const authMutants: readonly Mutant[] = [
  {
    name: 'one of the scopes of a set is enough',
    file: `${folder}/requirement.ts`,
    find: 'anyOf.some((all) => all.every((name) => names.has(name)))',
    replace: 'anyOf.some((all) => all.some((name) => names.has(name)))',
    tests: [guarded, equivalence],
  },
  {
    name: 'requirements are joined by the first of them',
    file: `${folder}/requirement.ts`,
    find: 'scopes: distinct(requirements.flatMap(({ scopes }) => scopes))',
    replace: 'scopes: distinct(requirements.flatMap(({ scopes }) => scopes)).slice(0, 1)',
    tests: [facts, equivalence],
  },
  {
    name: 'an interface asks nothing of what its types ask',
    file: `${folder}/access-facts.ts`,
    find: '      ...implementations.flatMap((each) => this.#all(each, fieldName)),\n',
    replace: '',
    tests: [facts, equivalence],
  },
  {
    name: 'an output type has no say',
    file: `${folder}/access-facts.ts`,
    find: '      ...this.#ofOutput(field),\n',
    replace: '',
    tests: [facts, equivalence],
  },
  {
    name: 'what is below a denied field, and elsewhere allowed, is taken for fetched',
    file: `${folder}/denial-marks.ts`,
    find: 'const isMarked = isBelow || this.#denied.has(node);',
    replace: 'const isMarked = this.#denied.has(node);',
    tests: [guarded, equivalence],
  },
  {
    name: 'denied fields spread what all spread',
    file: `${folder}/denial-marks.ts`,
    find: 'if (!isBelow) return node;',
    replace: 'return node;',
    tests: [guarded, equivalence],
  },
  {
    name: 'variables that nothing uses stay',
    file: `${folder}/denial-marks.ts`,
    find: 'used.has(`$${variable.name.value}`) ? undefined : null',
    replace: 'used.size >= 0 || variable ? undefined : null',
    tests: [filtered],
  },
  {
    name: 'fields of which nothing is left are fetched',
    file: `${folder}/guarded-fields.ts`,
    find: '    all.add(node);\n',
    replace: '',
    tests: [guarded, equivalence],
  },
  {
    name: 'callers who see more and less have one plan',
    file: `${folder}/authorization.ts`,
    find: '      key: `${operation.key}:${met}`,\n',
    replace: '',
    tests: [keys, equivalence],
  },
  {
    name: 'what is denied is planned',
    file: 'src/plan/planning-document.ts',
    find: 'answered === undefined ? renamed : withoutDenied(renamed)',
    replace: 'renamed',
    tests: [guarded, equivalence],
  },
  {
    name: 'what is denied is answered where it was fetched as a key',
    file: 'src/execute/compile-answer.ts',
    find: '    if (denied) return () => whenMissing;\n',
    replace: '',
    tests: [guarded, equivalence],
  },
  {
    name: 'a field is denied where one of its selections is',
    file: 'src/execute/selection.ts',
    find: 'nodes.every(isDenied)',
    replace: 'nodes.some(isDenied)',
    tests: [guarded, equivalence],
  },
  {
    name: 'a view shows what its caller may not select',
    file: `${folder}/schema-views.ts`,
    find: 'index === undefined || met[index] === true',
    replace: 'index === undefined || met[index] !== undefined',
    tests: [introspection],
  },
  {
    name: 'answers about the schema are shared by all callers',
    file: `${folder}/authorization.ts`,
    find: ', key: `${operation.key}:${key}`, view }',
    replace: ', view }',
    tests: [introspection],
  },
  {
    name: 'a policy that fails is granted',
    file: 'src/auth/policies/policies.ts',
    find: 'for (const name of names) this.#decisions.set(name, false);',
    replace: 'for (const name of names) this.#decisions.set(name, true);',
    tests: [policies],
  },
  {
    name: 'any decision but false grants',
    file: 'src/auth/policies/policies.ts',
    find: 'this.#decisions.set(name, decision === true)',
    replace: 'this.#decisions.set(name, decision !== false)',
    tests: [policies],
  },
];
