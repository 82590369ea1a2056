// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of code.
import type { Mutant } from './mutant.ts';

const answer = 'src/execute/compile-answer.ts';
const completion = 'src/execute/completion.ts';
const leaf = 'src/execute/leaf.ts';
const completionTest = 'test/execute/completion.test.ts';
const errorsTest = 'test/execute/errors.test.ts';
const sharingTest = 'test/execute/sharing.test.ts';

/** How values become an answer, done otherwise. */
export const answerMutants: readonly Mutant[] = [
  {
    name: 'a null in a non-null list item stays',
    file: answer,
    find: '      if (written === undefined) return to.leave({ text: before + text, index, size });\n      to',
    replace: `      if (written === undefined) {
        text += index === 0 ? 'null' : ',null';
        continue;
      }
      to`,
    tests: [completionTest],
  },
  {
    name: 'a null in a non-null field stays',
    file: answer,
    find: 'return text === undefined ? undefined : start + text;',
    replace: 'return start + (text ?? null);',
    tests: [completionTest],
  },
  {
    name: 'null goes past a nullable parent',
    file: answer,
    find: "(value === null ? 'null' : (present(value, to) ?? nullOf(to)))",
    replace: "(value === null ? 'null' : present(value, to))",
  },
  {
    name: 'a null is answered where the type allows none',
    file: answer,
    find: 'value === null ? to.refuseNull(label) : present(value, to)',
    replace: "value === null ? 'null' : present(value, to)",
    tests: [completionTest],
  },
  {
    name: 'aliases that were renamed stay so',
    file: answer,
    find: 'this.#context.clientKeys.get(selected.key) ?? selected.key',
    replace: 'selected.key',
  },
  {
    name: 'a single value passes for a list',
    file: answer,
    find: "if (!Array.isArray(value)) return to.misfit('a list', label);",
    replace: 'if (!Array.isArray(value)) return item(value, to);',
    tests: [completionTest],
  },
  {
    name: 'text passes for an object',
    file: answer,
    find: "(isObject(value) ? write(value, to) : to.misfit('an object', label))",
    replace: '(isObject(value) ? write(value, to) : JSON.stringify(value))',
    tests: [completionTest],
  },
  {
    name: 'the places within lists do not count in the paths of errors',
    file: answer,
    find: 'to.keys[to.depth] = index;',
    replace: 'to.keys[to.depth] = 0;',
    tests: [completionTest],
  },
  {
    name: 'an object of a type that clients may not know is answered',
    file: answer,
    find: 'if (isObjectType(named)) return schema.isSubType(type, named) ? named : undefined;',
    replace: 'if (isObjectType(named)) return named;',
    tests: ['test/execute/composed-types.test.ts', completionTest],
  },
  {
    name: 'an interface stands for its objects whatever is selected',
    file: answer,
    find: 'return dependsOnObjectType(type, selectionSets, this.#context) ? undefined : type;',
    replace: 'return type;',
    tests: ['test/execute/interfaces.test.ts'],
  },
  {
    name: 'an interface never stands for its objects',
    file: answer,
    find: 'return dependsOnObjectType(type, selectionSets, this.#context) ? undefined : type;',
    replace: 'return undefined;',
    tests: ['test/execute/interfaces.test.ts'],
  },
  {
    name: 'a loss is not passed on to what another subgraph gave',
    file: answer,
    find: 'if (to.failures.hasLosses) to.failures.passOnLossOf(source, key, member);',
    replace: '',
    tests: [sharingTest, errorsTest],
  },
  {
    name: 'what stands at several places is written as it was at the first, losses or not',
    file: completion,
    find: 'if (!this.#shared.has(value) || failures.hasLosses) return write(value, this);',
    replace: 'if (!this.#shared.has(value)) return write(value, this);',
    tests: [sharingTest],
  },
  {
    name: 'errors of what stands at several places are told at the first only',
    file: completion,
    find: 'if (text !== undefined && failures.count === before.errors) {',
    replace: 'if (text !== undefined) {',
    tests: ['test/execute/entities.test.ts'],
  },
  {
    name: 'a null that an error explains gets another error',
    file: completion,
    find: 'if (this.#isOver || this.failures.explains(path)) return;',
    replace: '',
    tests: [errorsTest, completionTest],
  },
  {
    name: 'a null that nothing explains gets no error',
    file: completion,
    find: 'if (this.#isOver || this.failures.explains(path)) return;',
    replace: 'if (this.failures) return;',
    tests: [completionTest],
  },
  {
    name: 'a field that no fetch supplies is no error of the plan',
    file: completion,
    find: 'if (this.#gaps.has(path, typename)) {',
    replace: "if (this.#gaps.has(path, typename) && typename === '') {",
    tests: ['test/execute/gaps.test.ts'],
  },
  {
    name: 'a value that nobody supplied is null without an error',
    file: completion,
    find: 'if (!failures.explains(path)) failures.report(unsuited(`No value came for ${label}`), path);',
    replace: '',
    tests: [completionTest, errorsTest],
  },
  {
    name: 'what was lost is not told where it is missing',
    file: completion,
    find: `    } else if (loss !== 'told') {
      failures.report(loss, path);
    }`,
    replace: '    }',
    tests: [errorsTest],
  },
  {
    name: 'an object without a type is null without an error',
    file: completion,
    find: "if (loss === undefined || loss === 'null') this.misfit('an object of a known type', label);",
    replace: "if (loss === undefined || loss === 'null') return;",
    tests: [completionTest, 'test/execute/composed-types.test.ts'],
  },
  {
    name: 'numbers stay numbers where an ID is due',
    file: leaf,
    find: 'return Number.isInteger(value) ? `"${value}"` : undefined;',
    replace: 'return Number.isInteger(value) ? `${value}` : undefined;',
    tests: [completionTest],
  },
  {
    name: 'any text passes for an enum',
    file: leaf,
    find: 'return alike((value) => texts.get(value));',
    replace: 'return alike((value) => JSON.stringify(value));',
    tests: [completionTest],
  },
  {
    name: 'an Int may be of any size',
    file: leaf,
    find: 'Number.isInteger(value) && Number(value) <= largestInt && Number(value) >= smallestInt',
    replace: 'Number.isInteger(value)',
    tests: [completionTest],
  },
  {
    name: 'a field that is missing for one type is a gap for none',
    file: 'src/execute/gaps.ts',
    find: 'else this.#gaps.add(gapOf([...path, key], type.name));',
    replace: '',
    tests: ['test/execute/gaps.test.ts'],
  },
];
