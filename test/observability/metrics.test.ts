import { describe, expect, test } from '@jest/globals';
import { federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

/** The value of each series that is ours, by its name and labels. */
async function scraped(adminUrl: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(new URL('/metrics', adminUrl));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const series = (await response.text())
    .split('\n')
    .filter(
      (line) =>
        /^(http|graphql|gatehouse|query)_/.test(line) &&
        !/_(bucket|sum)|^gatehouse_(last_good|supergraph|target|subgraph)_/.test(line),
    )
    .map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))] as const;
    });
  return Object.fromEntries(series);
}

describe('the metrics', () => {
  test('tell of requests, subgraph calls, documents, plans and errors', async () => {
    let healthy = true;
    await using server = await listen((_request, response) => {
      if (!healthy) return void response.writeHead(503).end();
      const extensions = { code: 'A_CODE_OF_"THEIRS\n' };
      const errors = [{ message: 'a', path: ['left'], extensions }];
      response.end(JSON.stringify({ data: { left: null }, errors }));
    });
    await using federation = await federate({
      subgraphs: {
        left: { sdl: 'type Query { left: Int }', url: server.url },
        right: { sdl: 'type Query { right: Int }', resolvers: { Query: { right: () => 1 } } },
      },
    });
    const { send, gateway, logged } = federation;
    await send('{ right }');
    await send('{ right }');
    await send('{ left }');
    healthy = false;
    await send('{ left right }');
    await send('{ nothing }', {}, { accept: 'application/graphql-response+json' });
    await send('{', {}, { accept: 'application/graphql-response+json' });
    await fetch(gateway.url, { method: 'PATCH' });
    await logged('request', 7);
    const call = 'http_client_request_duration_seconds_count';
    const request = 'http_server_request_duration_seconds_count';
    expect(await scraped(gateway.adminUrl)).toEqual({
      [`${request}{http_request_method="POST",http_response_status_code="200"}`]: 4,
      [`${request}{http_request_method="POST",http_response_status_code="400"}`]: 2,
      [`${request}{http_request_method="_OTHER",http_response_status_code="405"}`]: 1,
      [`${call}{subgraph_name="right",outcome="ok"}`]: 3,
      [`${call}{subgraph_name="left",outcome="graphql_error"}`]: 1,
      [`${call}{subgraph_name="left",outcome="SUBREQUEST_HTTP_ERROR"}`]: 1,
      query_planning_duration_seconds_count: 3,
      'gatehouse_document_cache_requests_total{result="miss"}': 3,
      'gatehouse_document_cache_requests_total{result="hit"}': 1,
      'gatehouse_plan_cache_requests_total{result="miss"}': 3,
      'gatehouse_plan_cache_requests_total{result="hit"}': 1,
      gatehouse_plans_waiting: 0,
      'graphql_errors_total{code="OTHER",subgraph_name="left"}': 1,
      'graphql_errors_total{code="SUBREQUEST_HTTP_ERROR",subgraph_name="left"}': 1,
      'graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED",subgraph_name=""}': 1,
      'graphql_errors_total{code="GRAPHQL_PARSE_FAILED",subgraph_name=""}': 1,
    });
  });

  test('tell of a call that its client left as aborted', async () => {
    const asked = Promise.withResolvers<void>();
    await using server = await listen(() => asked.resolve());
    await using federation = await federate({
      subgraphs: { left: { sdl: 'type Query { left: Int }', url: server.url } },
    });
    const leaving = new AbortController();
    const reply = fetch(`${federation.gateway.url}?query={left}`, {
      headers: { 'apollo-require-preflight': '1' },
      signal: leaving.signal,
    });
    await asked.promise;
    leaving.abort();
    await expect(reply).rejects.toThrow();
    await federation.logged('request');
    const series = await scraped(federation.gateway.adminUrl);
    const call = 'http_client_request_duration_seconds_count';
    expect(series[`${call}{subgraph_name="left",outcome="aborted"}`]).toBe(1);
  });
});

test('health is told apart from readiness', async () => {
  await using federation = await federate({
    subgraphs: { left: { sdl: 'type Query { left: Int }' } },
  });
  const answers = ['/health/live', '/health/ready', '/health/nothing'].map(async (path) => {
    const response = await fetch(new URL(path, federation.gateway.adminUrl));
    return [response.status, await response.json()];
  });
  expect(await Promise.all(answers)).toEqual([
    [200, { status: 'live' }],
    [200, expect.objectContaining({ status: 'ready' })],
    [404, { error: { code: 'NOT_FOUND', message: 'Not Found' } }],
  ]);
});
