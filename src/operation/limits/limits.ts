import type { DocumentNode } from 'graphql';
import { aliases } from './aliases.ts';
import { depth } from './depth.ts';
import { directives } from './directives.ts';
import type { Exceeded } from './exceeded.ts';
import { extentOf } from './extent.ts';
import { fragments } from './fragments.ts';
import { height } from './height.ts';
import { introspectionDepth } from './introspection-depth.ts';
import { LimitedDocument } from './limited-document.ts';
import { listSize } from './list-size.ts';
import { operationName } from './operation-name.ts';
import { operations } from './operations.ts';
import type { LimitsOptions } from './options.ts';
import { recursion } from './recursion.ts';
import { rootFields } from './root-fields.ts';
import type { Rule } from './rule.ts';
import { scan } from './scan.ts';
import { selections } from './selections.ts';
import { tokens } from './tokens.ts';
import { variables } from './variables.ts';
import { variablesDepth } from './variables-depth.ts';

/** Cheap ones, which are asked before a text is parsed. */
const textRules = [tokens, recursion];
/** Asked once for each document, before it is validated. */
const documentRules = [
  depth,
  height,
  aliases,
  rootFields,
  directives,
  selections,
  fragments,
  operations,
  variables,
  operationName,
  introspectionDepth,
];
/** Asked for each request. */
const variableRules = [listSize, variablesDepth];

/** A rule that is in force. */
interface ActiveRule<Subject> extends Rule<Subject> {
  readonly max: number;
  readonly warnOnly: boolean;
}

/** Says which limits an operation exceeds; what follows from it is left to others. */
export class OperationLimits {
  readonly #textRules: readonly ActiveRule<ReturnType<typeof scan>>[];
  readonly #documentRules: readonly ActiveRule<LimitedDocument>[];
  readonly #variableRules: readonly ActiveRule<ReturnType<typeof extentOf>>[];
  /** Where counting may stop. */
  readonly #most: { readonly text: Parameters<typeof scan>[1] } & {
    readonly variables: Parameters<typeof extentOf>[1];
  };

  constructor(options: LimitsOptions) {
    this.#textRules = active(textRules, options);
    this.#documentRules = active(documentRules, options);
    this.#variableRules = active(variableRules, options);
    const most = (limit: Rule<never>['limit']) => refusedAbove(limit, options);
    this.#most = {
      text: { tokens: most('tokens'), recursion: most('recursion') },
      variables: { depth: most('variablesDepth'), items: most('listSize') },
    };
  }

  /** Of a document as it was sent. */
  ofText(text: string): readonly Exceeded[] {
    if (this.#textRules.length === 0) return none;
    return exceeding(this.#textRules, scan(text, this.#most.text));
  }

  /** Of a document that was parsed. */
  ofDocument(ast: DocumentNode): readonly Exceeded[] {
    if (this.#documentRules.length === 0) return none;
    return exceeding(this.#documentRules, new LimitedDocument(ast));
  }

  /** Of the values of variables, as they were sent. */
  ofVariables(values: readonly unknown[]): readonly Exceeded[] {
    if (this.#variableRules.length === 0) return none;
    return exceeding(this.#variableRules, extentOf(values, this.#most.variables));
  }
}

const none: readonly Exceeded[] = [];

function active<Subject>(
  rules: readonly Rule<Subject>[],
  options: LimitsOptions,
): readonly ActiveRule<Subject>[] {
  return rules.flatMap((rule) => {
    const limit = options[rule.limit];
    return limit === false
      ? []
      : [{ ...rule, max: limit.max, warnOnly: warns(rule.limit, options) }];
  });
}

function warns(name: Rule<never>['limit'], options: LimitsOptions): boolean {
  const limit = options[name];
  return limit === false || (limit.warnOnly ?? options.warnOnly);
}

function refusedAbove(name: Rule<never>['limit'], options: LimitsOptions): number {
  const limit = options[name];
  return limit === false || warns(name, options) ? Number.POSITIVE_INFINITY : limit.max;
}

function exceeding<Subject>(
  rules: readonly ActiveRule<Subject>[],
  subject: Subject,
): readonly Exceeded[] {
  return rules.flatMap(({ limit, code, count, tell, max, warnOnly }) => {
    const found = count(subject);
    return found <= max ? [] : [{ limit, code, message: tell(told(found), max), warnOnly }];
  });
}

/** Sums over fragments within fragments can have more digits than anybody wants to read. */
function told(found: number): string {
  return found < 1_000_000 ? String(found) : 'a million or more';
}
