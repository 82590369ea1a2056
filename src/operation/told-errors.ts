import type { DocumentNode, GraphQLError } from 'graphql';
import type { ErrorDetail } from '../errors.ts';

/** Longest message of an error in a document or its variables, in characters. */
const longestMessage = 200;
/** Longest part between quotes, of a message that is longer: a client's own word or value. */
const longestQuote = 60;

/** A text in which lines are found in no time, however many errors there are. */
const fewCharacters = 1_000;

/**
 * Has `check` find errors in a document while its text seems to be empty. Otherwise each of them
 * looks for its line from the first one on, which takes seconds where there are a million lines.
 * What the errors say of their places is wrong: `toldError` knows better.
 */
export function withoutText<Found>({ loc }: DocumentNode, check: () => Found): Found {
  if (loc === undefined || loc.end < fewCharacters) return check();
  const { source } = loc;
  const { body } = source;
  source.body = '';
  try {
    return check();
  } finally {
    source.body = body;
  }
}

/** What a client is told of an error in its document. Nothing in it holds the document itself. */
export function toldError({ message, nodes = [] }: GraphQLError): ErrorDetail {
  const locations = nodes.flatMap(({ loc }) => {
    return loc === undefined ? [] : [{ line: loc.startToken.line, column: loc.startToken.column }];
  });
  return { message: shortened(message), ...(locations.length > 0 && { locations }) };
}

/** `message`, in which what the client wrote is cut before the rest is. */
export function shortened(message: string): string {
  if (message.length <= longestMessage) return message;
  const short = message.replaceAll(/"[^"]*"/g, (quoted) => {
    return quoted.length <= longestQuote ? quoted : `${quoted.slice(0, longestQuote)}…"`;
  });
  return short.length <= longestMessage ? short : `${short.slice(0, longestMessage)}…`;
}
