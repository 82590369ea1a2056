import type { EventLog } from '../events/log.ts';

/** What every service is started with. */
export interface ServiceOptions {
  readonly log: EventLog;
  /** Default: 0, any that is free. */
  readonly port?: number;
  /** How long a query service takes to see an event, in milliseconds. Default: 0. */
  readonly projectionLagMs?: number;
  /** Stamps the events of a command service. Default: the system's clock. */
  readonly now?: () => Date;
}
