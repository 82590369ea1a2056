import { GatewayError } from '../errors.ts';

/** One of several targets is not called at present: another one may be. */
export class TargetRefusal extends GatewayError {
  constructor(service: string, retryAfterMs: number) {
    const message = `${service} is not called at present: too many calls failed`;
    const extensions = { service, retryAfterMs };
    super('SUBGRAPH_CIRCUIT_BREAKER_REJECTED', message, { extensions });
  }
}
