import { type DestinationStream, type Logger, pino } from 'pino';

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
    // Credentials have no business in a log, even where a careless line would put headers in one.
    redact: ['*.headers.authorization', '*.headers.cookie', '*.headers["set-cookie"]'],
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
