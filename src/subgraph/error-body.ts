import type { SubgraphErrorBody } from '../context.ts';
import { isObject, type JsonObject } from '../lib/own.ts';

/** Most errors that are kept of one answer: an entity of a whole fetch may have one each. */
const mostErrors = 10_000;
/** Longest message that is kept, in characters; clients are told less of it. */
const longestMessage = 2_000;
/** Most keys of a path: answers and operations are not that deep. */
const longestPath = 200;
/** Longest extensions that are kept, in characters of JSON: some services put whole bodies there. */
const longestExtensions = 10_000;
/** Longest code that is kept, in characters. */
const longestCode = 100;

/**
 * The `errors` of an answer, of whatever is in that list: GraphQL October 2021, section 7.1.2.
 * They are cut to what a log and a client can bear.
 */
export function readErrors(subgraph: string, errors: unknown): readonly SubgraphErrorBody[] {
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, mostErrors).map((error) => readError(subgraph, error));
}

function readError(subgraph: string, error: unknown): SubgraphErrorBody {
  const { message, path, extensions } = isObject(error) ? error : {};
  return {
    message:
      typeof message === 'string'
        ? message.slice(0, longestMessage)
        : `${subgraph} reported an error`,
    path: isPath(path) ? path : undefined,
    extensions: isObject(extensions) ? bounded(extensions) : {},
  };
}

/** The extensions, or the code alone where they are too long. */
function bounded(extensions: JsonObject): JsonObject {
  if (JSON.stringify(extensions).length <= longestExtensions && hasCode(extensions)) {
    return extensions;
  }
  const { code } = extensions;
  return typeof code === 'string' ? { code: code.slice(0, longestCode) } : {};
}

function hasCode({ code }: JsonObject): boolean {
  return typeof code !== 'string' || code.length <= longestCode;
}

function isPath(path: unknown): path is (string | number)[] {
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.length <= longestPath &&
    path.every((key) => typeof key === 'string' || Number.isInteger(key))
  );
}
