import { types } from 'node:util';
import { z } from 'zod';
import type { Problem } from '../../errors.ts';
import { isObject } from '../../lib/own.ts';
import { expectation } from '../../yaml/expectation.ts';
import { formatPath } from '../../yaml/path.ts';

/** A document as a manifest lists it. */
export interface ManifestEntry {
  readonly id: string;
  /** The client that alone knows the document by this id; undefined where all do. */
  readonly clientName: string | undefined;
  readonly text: string;
  readonly file: string;
  /** Where in the file, such as `operations[3]`. */
  readonly place: string;
}

/** What a file lists, or all that is wrong with it. */
export type Manifest =
  | { readonly entries: readonly ManifestEntry[] }
  | { readonly problems: readonly Problem[] };

const apollo = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.object({
      id: z.string().min(1),
      body: z.string().min(1),
      clientName: z.string().min(1).nullish(),
    }),
  ),
});

/** As a `Map`: an id may be any text, such as `__proto__`. */
const relay = z.map(z.string(), z.string().min(1));

/** Reads Apollo's manifest, or Relay's map of ids to texts. The texts are not looked at. */
export function parseManifest(file: string, json: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    return { problems: [notJson(file, thrown)] };
  }
  const isApollos = isObject(value) && ('format' in value || Array.isArray(value['operations']));
  return isApollos ? fromApollo(file, value) : fromRelay(file, value);
}

function fromApollo(file: string, value: unknown): Manifest {
  const { data, error } = apollo.safeParse(value, { error: expectation });
  if (error) return { problems: invalid(file, error.issues) };
  const entries = data.operations.map(({ id, body: text, clientName }, index) => {
    return { id, text, clientName: clientName ?? undefined, file, place: `operations[${index}]` };
  });
  return { entries };
}

function fromRelay(file: string, value: unknown): Manifest {
  const given = isObject(value) ? new Map(Object.entries(value)) : value;
  const { data, error } = relay.safeParse(given, { error: expectation });
  if (error) return { problems: invalid(file, error.issues) };
  const entries = [...data].map(([id, text]) => {
    return { id, text, clientName: undefined, file, place: formatPath([id]) };
  });
  return { entries };
}

function invalid(file: string, issues: readonly z.core.$ZodIssue[]): readonly Problem[] {
  return issues.map(({ path, message }) => {
    const steps = path.map((step) => (typeof step === 'number' ? step : String(step)));
    const place = steps.length === 0 ? 'The manifest' : formatPath(steps);
    return { code: 'INVALID_MANIFEST', message: `${place}: ${message}`, file };
  });
}

/** Node tells the place in its message, for most that can be wrong. */
function notJson(file: string, thrown: unknown): Problem {
  const told = types.isNativeError(thrown) ? thrown.message : String(thrown);
  const reason = told.replaceAll(/\s+/g, ' ');
  const [, line, column] = /line (\d+) column (\d+)/.exec(reason) ?? [];
  const place = line === undefined ? {} : { line: Number(line), column: Number(column) };
  return { code: 'INVALID_MANIFEST', message: `The file is not JSON: ${reason}`, file, ...place };
}
