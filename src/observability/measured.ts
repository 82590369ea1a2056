import type { SubgraphAnswer, SubgraphRequest } from '../context.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { Layer } from '../lib/call.ts';
import type { Metrics } from './metrics.ts';

/** Measures each call, and logs those that fail with what is hidden from the client. */
export function measured(metrics: Metrics): Layer<SubgraphRequest, SubgraphAnswer> {
  return (next) => (request, signal) => {
    const startedMs = performance.now();
    const done = (outcome: string) =>
      metrics.subgraphCall(request.subgraph, outcome, (performance.now() - startedMs) / 1_000);
    return next(request, signal).then(
      (answer) => {
        done(answer.errors.length > 0 ? 'graphql_error' : 'ok');
        return answer;
      },
      (thrown: unknown) => {
        const { code } = GatewayError.from(thrown);
        done(signal.aborted ? 'aborted' : code);
        if (!signal.aborted) tell(request, code, thrown);
        throw thrown;
      },
    );
  };
}

function tell({ subgraph, client }: SubgraphRequest, code: ErrorCode, err: unknown): void {
  // While a breaker is open there are many of these, and one line has said so.
  const level = code === 'SUBGRAPH_CIRCUIT_BREAKER_REJECTED' ? 'debug' : 'warn';
  client.log[level]({ subgraph, code, err }, 'A subgraph call failed');
}
