import type { GraphQLError } from 'graphql';
import type { AuthorizationOptions } from './options.ts';

/** What comes of an operation, as far as it is told here. */
interface Told {
  readonly errors: readonly GraphQLError[];
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** `execution` with what clients may read of the `denials`, before its other errors. */
export function withDenials<Execution extends Told>(
  execution: Execution,
  denials: readonly GraphQLError[],
  { errors: { response } }: AuthorizationOptions,
): Execution {
  if (denials.length === 0 || response === 'disabled') return execution;
  const { errors, extensions } = execution;
  if (response === 'errors') return { ...execution, errors: [...denials, ...errors] };
  const authorizationErrors = denials.map((error) => error.toJSON());
  return { ...execution, extensions: { ...extensions, authorizationErrors } };
}
