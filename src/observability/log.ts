import { types } from 'node:util';
import { type DestinationStream, type Logger, pino } from 'pino';
import { GatewayError } from '../errors.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * The gateway's log: one JSON object a line, on standard output unless `destination` is given.
 * Lines of a request carry its id.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe },
    // Credentials have no business in a log, even where a careless line would put headers in one.
    redact: ['*.headers.authorization', '*.headers.cookie', '*.headers["set-cookie"]'],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * What a log keeps of an error and its causes. Of the properties that others put on errors, such
 * as a whole request with its credentials, nothing.
 */
function describe(thrown: unknown): object {
  const { type, message, stack, code } = pino.stdSerializers.err(toError(thrown));
  const extensions = thrown instanceof GatewayError ? thrown.extensions : undefined;
  return { type, message, stack, code, extensions };
}

function toError(thrown: unknown): Error {
  return types.isNativeError(thrown) ? thrown : new Error(`Not an error was thrown: ${thrown}`);
}
