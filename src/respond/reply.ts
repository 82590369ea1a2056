import type { GraphQLFormattedError } from 'graphql';
import type { MediaType, Reply } from '../context.ts';
import type { ErrorDetail, GatewayError } from '../errors.ts';
import { cut } from './mask.ts';

/** A result that is ready for the client: nothing in it needs masking any more. */
export interface Result {
  /** As JSON. Absent when the operation was not executed. */
  readonly data?: string | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

/** How the client wants to be answered. */
export interface ReplyTarget {
  readonly mediaType: MediaType;
  /** Whether each well-formed request is answered with 200. */
  readonly alwaysOk: boolean;
}

/** The reply that carries `result`. Errors come first, where people look for them. */
export function resultReply(
  { data, errors, extensions }: Result,
  status: number,
  headers: Reply['headers'],
  target: ReplyTarget,
): Reply {
  // Put together without a copy of the data, which may be long.
  let body = '{';
  if (errors?.length) body += `"errors":${JSON.stringify(errors)}`;
  if (data !== undefined) body += `${body === '{' ? '' : ','}"data":${data}`;
  if (extensions !== undefined) {
    body += `${body === '{' ? '' : ','}"extensions":${JSON.stringify(extensions)}`;
  }
  body += '}';
  return { status, headers: { ...headers, 'content-type': contentType(target) }, body };
}

/** The reply to a request that was not executed: errors and no `data` entry. */
export function failureReply(error: GatewayError, target: ReplyTarget): Reply {
  const details = error.details.length > 0 ? error.details : [{ message: error.message }];
  const errors = details.map((detail) => formatDetail(error, detail));
  const status = target.alwaysOk && error.wellFormed ? 200 : error.status;
  return resultReply({ errors }, status, error.headers, target);
}

function formatDetail(
  error: GatewayError,
  { message, code = error.code, locations, path }: ErrorDetail,
): GraphQLFormattedError {
  return {
    message: cut(message),
    ...(locations !== undefined && { locations: plainLocations(locations) }),
    ...(path !== undefined && { path }),
    extensions: { ...error.extensions, code },
  };
}

function plainLocations(locations: NonNullable<ErrorDetail['locations']>) {
  return locations.map(({ line, column }) => ({ line, column }));
}

function contentType({ mediaType }: ReplyTarget): string {
  return `${mediaType}; charset=utf-8`;
}
