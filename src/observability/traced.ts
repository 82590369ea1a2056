import {
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { SubgraphAnswer, SubgraphRequest } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Call, Layer } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';

/**
 * A span for each call, for the OpenTelemetry SDK that the program has registered; without one, there
 * is none. Names are those of the semantic conventions for GraphQL, and `subgraph.name`.
 */
export function traced(
  tracer: Tracer = trace.getTracer('gatehouse'),
): Layer<SubgraphRequest, SubgraphAnswer> {
  return (next) => (request, signal) => {
    const span = tracer.startSpan(`subgraph ${request.subgraph}`, { kind: SpanKind.CLIENT });
    return span.isRecording() ? recorded(span, next, request, signal) : next(request, signal);
  };
}

async function recorded(
  span: Span,
  next: Call<SubgraphRequest, SubgraphAnswer>,
  request: SubgraphRequest,
  signal: Cancellation,
): Promise<SubgraphAnswer> {
  const { subgraph, kind, operationName } = request;
  span.setAttributes({ 'subgraph.name': subgraph, 'graphql.operation.type': kind });
  if (operationName !== undefined) span.setAttribute('graphql.operation.name', operationName);
  try {
    // Spans that are begun below are children of this one.
    const below = trace.setSpan(context.active(), span);
    const answer = await context.with(below, () => next(request, signal));
    span.setAttribute('http.response.status_code', answer.status);
    if (answer.errors.length > 0) span.setStatus({ code: SpanStatusCode.ERROR });
    return answer;
  } catch (thrown) {
    const { code } = GatewayError.from(thrown);
    // Who left does not wait for an answer: that is no failure.
    if (!signal.aborted) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    throw thrown;
  } finally {
    span.end();
  }
}
