import { hash as digest } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { ByteCache } from '../lib/byte-cache.ts';
import { type CheckedDocument, checkedDocument } from './operation.ts';
import { reservedAliases } from './reserved-aliases.ts';

const rules: readonly ValidationRule[] = [...specifiedRules, reservedAliases];

/** About how much memory a parsed document takes, measured in the bytes of its text. */
const bytesPerCharacter = 40;

/** The documents that were parsed and validated for one schema, by their text. */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #cache: ByteCache<CheckedDocument>;

  /** `cacheBytes` bounds the documents that are kept; the least recently used go first. */
  constructor(schema: GraphQLSchema, cacheBytes: number) {
    this.#schema = schema;
    this.#cache = new ByteCache(cacheBytes, ({ text }) => text.length * bytesPerCharacter);
  }

  /** Parses and validates `text`, unless that was done before. */
  check(text: string): { readonly document: CheckedDocument; readonly cached: boolean } {
    const known = this.#cache.get(text);
    if (known !== undefined) return { document: known, cached: true };
    const document = checkedDocument(text, digest('sha256', text, 'hex'), parsed(text));
    validated(this.#schema, document.ast);
    this.#cache.set(text, document);
    return { document, cached: false };
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text);
  } catch (thrown) {
    throw refused('GRAPHQL_PARSE_FAILED', thrown);
  }
}

function validated(schema: GraphQLSchema, document: DocumentNode): void {
  let errors: readonly GraphQLError[];
  try {
    errors = validate(schema, document, rules);
  } catch (thrown) {
    throw refused('GRAPHQL_VALIDATION_FAILED', thrown);
  }
  const [first] = errors;
  if (first === undefined) return;
  throw new GatewayError('GRAPHQL_VALIDATION_FAILED', first.message, { details: errors });
}

/** Parser and validator recurse: what is nested too deeply ends in a stack overflow, caught here. */
function refused(code: ErrorCode, thrown: unknown): GatewayError {
  if (thrown instanceof GraphQLError) {
    return new GatewayError(code, thrown.message, { details: [thrown] });
  }
  return new GatewayError(code, 'The document is nested too deeply', { cause: thrown });
}
