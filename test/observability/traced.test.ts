import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
beforeAll(() => void trace.setGlobalTracerProvider(provider));
beforeEach(() => exporter.reset());
afterAll(async () => {
  trace.disable();
  await provider.shutdown();
});

const sdl = 'type Query { motto: String }';

test('Each subgraph call is a span, for whoever has registered an SDK', async () => {
  const resolvers = { Query: { motto: () => 'onwards' } };
  await using federation = await federate({ subgraphs: { profiles: { sdl, resolvers } } });
  await federation.send('query Motto { motto }');
  const [span, ...others] = exporter.getFinishedSpans();
  expect(others).toEqual([]);
  expect(span).toMatchObject({
    name: 'subgraph profiles',
    kind: SpanKind.CLIENT,
    attributes: {
      'subgraph.name': 'profiles',
      'graphql.operation.type': 'query',
      'http.response.status_code': 200,
    },
    status: { code: SpanStatusCode.UNSET },
  });
});

test('A call that fails is one span over all its attempts, with the code of the failure', async () => {
  let asked = 0;
  await using server = await listen((_request, response) => {
    asked += 1;
    response.writeHead(503).end();
  });
  await using federation = await federate({ subgraphs: { profiles: { sdl, url: server.url } } });
  await federation.send('{ motto }');
  expect(asked).toBeGreaterThan(1);
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ status }) => status)).toEqual([
    { code: SpanStatusCode.ERROR, message: 'SUBREQUEST_HTTP_ERROR' },
  ]);
});
