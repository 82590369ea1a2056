import { hash as digest } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  MaxIntrospectionDepthRule,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { ByteCache } from '../lib/byte-cache.ts';
import { refuseExceeded } from './limits/exceeded.ts';
import type { OperationLimits } from './limits/limits.ts';
import { type CheckedDocument, checkedDocument } from './operation.ts';
import { Refusals } from './refusals.ts';
import { reservedAliases } from './reserved-aliases.ts';
import { toldError, withoutText } from './told-errors.ts';

/** How deep introspection may go is a limit that can be set. */
const rules: readonly ValidationRule[] = [
  ...specifiedRules.filter((rule) => rule !== MaxIntrospectionDepthRule),
  reservedAliases,
];

/** Most errors that one document is told of; the last of so many says that there are more. */
const mostErrors = 100;

/** About how much memory a parsed document takes, measured in the bytes of its text. */
const bytesPerCharacter = 40;

/** How documents are checked beyond what GraphQL says. */
export interface DocumentChecks {
  /** None by default. */
  readonly limits?: OperationLimits;
  /** Whether errors may suggest names that the client could have meant. Default true. */
  readonly suggestions?: boolean;
}

/** The documents that were parsed and validated for one schema, by their text. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #cache: ByteCache<CheckedDocument>;
  readonly #checks: DocumentChecks;
  readonly #refusals = new Refusals();

  /** `cacheBytes` bounds the documents that are kept; those that are used again stay longest. */
  constructor(schema: GraphQLSchema, cacheBytes: number, checks: DocumentChecks = {}) {
    this.#schema = schema;
    this.#cache = new ByteCache(cacheBytes, ({ text }) => text.length * bytesPerCharacter);
    this.#checks = checks;
  }

  /** Parses and validates `text` within the limits, unless that was done before. */
  check(text: string): { readonly document: CheckedDocument; readonly cached: boolean } {
    const known = this.#cache.get(text);
    if (known !== undefined) return { document: known, cached: true };
    const hash = digest('sha256', text, 'hex');
    const document = this.#refusals.guard(hash, () => this.#checked(text, hash));
    this.#cache.set(text, document);
    return { document, cached: false };
  }

  #checked(text: string, hash: string): CheckedDocument {
    const { limits, suggestions = true } = this.#checks;
    const ofText = limits?.ofText(text) ?? [];
    refuseExceeded(ofText);
    const ast = shallow('GRAPHQL_PARSE_FAILED', () => parse(text));
    const ofDocument = shallow('GRAPHQL_PARSE_FAILED', () => limits?.ofDocument(ast) ?? []);
    const exceeded = [...ofText, ...ofDocument];
    refuseExceeded(exceeded);
    refuseInvalid(this.#schema, ast, suggestions);
    return checkedDocument({ text, hash, ast, exceeded });
  }
}

function refuseInvalid(schema: GraphQLSchema, ast: DocumentNode, suggestions: boolean): void {
  const options = { maxErrors: mostErrors - 1, hideSuggestions: !suggestions };
  const errors = shallow('GRAPHQL_VALIDATION_FAILED', () =>
    withoutText(ast, () => validate(schema, ast, rules, options)),
  );
  const details = errors.map((error) => {
    return isUnfinished(error, errors) ? { message: tooManyTogether } : toldError(error);
  });
  const [first] = details;
  if (first === undefined) return;
  throw new GatewayError('GRAPHQL_VALIDATION_FAILED', first.message, { details });
}

const tooManyTogether = 'The document has too many fields and fragments side by side to be checked';

/**
 * Comparing what is selected together ends after some hundred thousand comparisons, with an error that
 * has no place in the document; only the last of too many errors has none either.
 */
function isUnfinished({ nodes }: GraphQLError, errors: readonly GraphQLError[]): boolean {
  return nodes === undefined && errors.length < mostErrors;
}

/** Does work that recurses: on what is nested too deeply it ends in a stack overflow. */
function shallow<Answer>(code: ErrorCode, work: () => Answer): Answer {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof GraphQLError) throw unreadable(code, thrown);
    throw new GatewayError(code, 'The document is nested too deeply', { cause: thrown });
  }
}

/** Of what cannot be parsed there are no nodes, only the place. */
function unreadable(code: ErrorCode, error: GraphQLError): GatewayError {
  const { message } = toldError(error);
  const locations = error.locations?.map(({ line, column }) => ({ line, column }));
  return new GatewayError(code, message, { details: [{ message, locations }] });
}
