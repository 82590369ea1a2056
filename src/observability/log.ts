import { types } from 'node:util';
import { type DestinationStream, type Logger, pino } from 'pino';
import { GatewayError } from '../errors.ts';

export type { Logger } from 'pino';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * The gateway's log: one JSON object a line, on standard output unless `destination` is given.
 * Lines of a request carry its id, and every line carries `fields`.
 */
export function createLog(
  level: LogLevel,
  destination?: DestinationStream,
  fields?: Readonly<Record<string, unknown>>,
): Logger {
  const options = {
    level,
    base: fields ?? null,
    timestamp: isoTime(),
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describe },
    // Credentials have no business in a log, even where a careless line would put headers in one.
    redact: ['*.headers.authorization', '*.headers.cookie', '*.headers["set-cookie"]'],
  };
  return pino(options, destination ?? standardOutput());
}

/** `pino.stdTimeFunctions.isoTime`, written anew only when a millisecond has passed. */
function isoTime(): () => string {
  let writtenMs = Number.NaN;
  let text = '';
  return () => {
    const nowMs = Date.now();
    if (nowMs !== writtenMs) {
      writtenMs = nowMs;
      text = pino.stdTimeFunctions.isoTime();
    }
    return text;
  };
}

/**
 * Standard output, to which the lines of one turn of the event loop go in one system call: one for
 * each would cost more than the lines themselves. What waits when the process exits goes, too.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: process.stdout.fd, sync: true });
  let lines = '';
  const flush = (): void => {
    process.off('exit', flush);
    output.write(lines);
    lines = '';
  };
  return {
    write(line) {
      if (lines === '') {
        setImmediate(flush);
        process.once('exit', flush);
      }
      lines += line;
    },
  };
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
