import type { SubgraphAnswer } from '../context.ts';
import type { Call } from '../lib/call.ts';
import { jsonString } from '../lib/json-text.ts';

/** What is sent to a subgraph again and again, but for the variables. */
export interface FetchDocument {
  readonly text: string;
  readonly operationName: string | undefined;
  /** The beginning of the request body, up to the variables. */
  readonly head: string;
}

/** A subgraph request as the executor makes it; what goes along with it is added below. */
export interface FetchRequest {
  readonly subgraph: string;
  readonly kind: 'query' | 'mutation';
  readonly document: FetchDocument;
  /** As a JSON object. */
  readonly variables: string;
}

/** Sends one request to a subgraph. */
export type Send = Call<FetchRequest, SubgraphAnswer>;

/** Prepares the document of a fetch: GraphQL over HTTP, section 5.1. */
export function fetchDocument(text: string, operationName: string | undefined): FetchDocument {
  const name = operationName === undefined ? '' : `"operationName":${jsonString(operationName)},`;
  return { text, operationName, head: `{"query":${jsonString(text)},${name}"variables":` };
}

/** The variables of `values` that are named, as the members of a JSON object; absent ones are not there. */
export function variableMembers(
  values: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string[] {
  const members: string[] = [];
  for (const name of names) {
    if (!Object.hasOwn(values, name)) continue;
    members.push(`${jsonString(name)}:${JSON.stringify(values[name])}`);
  }
  return members;
}
