import { HttpError } from '../../clients/http.ts';
import { type Problem, StartupError } from '../../errors.ts';
import { toAbortSignal } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { SubgraphSource } from '../subgraph-source.ts';
import { askSdl, type Post, redactUrl } from './ask-sdl.ts';
import { readText } from './read-text.ts';
import type { RemoteSchema, SubgraphEntry } from './supergraph-yaml.ts';

/** A subgraph that gave no SDL, and why. */
export interface Unreachable {
  readonly entry: SubgraphEntry;
  readonly problem: Problem;
}

/** How subgraphs are asked for their SDL. */
export interface Asking {
  readonly post: Post;
  /** The longest wait for one subgraph; all are asked at once. */
  readonly timeoutMs: number;
}

/**
 * Reads or asks for all SDLs, in the order of the list. Files that cannot be read are a
 * `configuration` failure; subgraphs that do not answer are given back, never thrown.
 */
export async function gather(
  entries: readonly SubgraphEntry[],
  asking: Asking,
  signal: AbortSignal,
): Promise<readonly (SubgraphSource | Unreachable)[]> {
  const outcomes = await Promise.allSettled(
    entries.map((entry) => gatherOne(entry, asking, signal)),
  );
  signal.throwIfAborted();
  const problems = outcomes.flatMap((outcome) =>
    outcome.status === 'rejected' ? problemsOf(outcome.reason) : [],
  );
  if (problems.length > 0) throw new StartupError('configuration', problems);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

function problemsOf(thrown: unknown): readonly Problem[] {
  if (thrown instanceof StartupError) return thrown.problems;
  throw thrown;
}

async function gatherOne(
  entry: SubgraphEntry,
  asking: Asking,
  signal: AbortSignal,
): Promise<SubgraphSource | Unreachable> {
  const { name, url, role, schema } = entry;
  if ('sdl' in schema) return { name, url, role, sdl: schema.sdl };
  if ('url' in schema) return askOne(entry, schema, asking, signal);
  return { name, url, role, sdl: await readText(schema.file, signal), file: schema.file };
}

async function askOne(
  entry: SubgraphEntry,
  schema: RemoteSchema,
  { post, timeoutMs }: Asking,
  signal: AbortSignal,
): Promise<SubgraphSource | Unreachable> {
  const { name, url, role } = entry;
  using limit = new Deadline(signal, timeoutMs);
  try {
    const answer = await askSdl(post, schema.url, schema.headers, toAbortSignal(limit.signal));
    if ('refusal' in answer) return unreachable(entry, schema, answer.refusal);
    return { name, url, role, sdl: answer.sdl, file: redactUrl(schema.url) };
  } catch (thrown) {
    const late = `it did not answer within ${timeoutMs} ms`;
    return unreachable(entry, schema, limit.expired ? late : reasonOf(thrown));
  }
}

function unreachable(entry: SubgraphEntry, schema: RemoteSchema, reason: string): Unreachable {
  const where = `Subgraph "${entry.name}" at ${redactUrl(schema.url)}`;
  const message = `${where} cannot be reached: ${reason}`;
  return { entry, problem: { code: 'SUBGRAPH_UNREACHABLE', message, ...entry.place } };
}

/** The innermost code, such as ECONNREFUSED; a foreign message could repeat the URL's secrets. */
function reasonOf(thrown: unknown): string {
  let reason = 'failed';
  for (let error = thrown; typeof error === 'object' && error !== null; ) {
    const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
    if (error instanceof HttpError) reason = error.failure;
    if (typeof code === 'string') reason = code;
    error = cause;
  }
  return `the request failed (${reason})`;
}
