import { expect, test } from '@jest/globals';
import { isDeeper, isDeeperText } from '../../src/subgraph/depth.ts';
import { healthy, lost, profilesServer, seen, twice, whole, withProfilesAt } from './broken.ts';

/** An answer whose lists go `levels` deep, where nobody asked for them: two more are round them. */
const nested = (answer: string, levels: number) =>
  answer.replace('{"data":{', `{"data":{"x":${'['.repeat(levels)}${']'.repeat(levels)},`);

test.each([498, 499, 100_000])('Lists that are %d deep, below two objects', async (levels) => {
  await using server = await profilesServer((answer, _request, response) => {
    response.end(nested(answer, levels));
  });
  await using federation = await withProfilesAt(server.url);
  const refused = lost(
    'answered with data that is nested too deeply',
    'SUBREQUEST_MALFORMED_RESPONSE',
  );
  const body = levels === 498 ? whole : refused;
  expect(seen(await federation.send(twice))).toEqual({ status: 200, body });
});

test('The depth that is accepted is configured for each subgraph', async () => {
  await using server = await profilesServer((_answer, _request, response) => {
    response.end(nested(healthy.root, 3));
  });
  await using federation = await withProfilesAt(server.url, {
    subgraphs: { profiles: { response: { depth: 4 } } },
  });
  expect(await federation.send('{ motto }')).toMatchObject({
    body: { errors: [{ message: 'profiles answered with data that is nested too deeply' }] },
  });
});

test.each([
  ['[[1],[2]]', 2],
  ['{"a":{"b":[]},"c":{}}', 3],
  ['{"]":"[[[[","\\"[":["}\\\\"]}', 2],
  ['1', 0],
])('The depth of %s is the same before and after it is parsed', (json, depth) => {
  const bytes = Buffer.from(json);
  const deeper = [depth, depth - 1].map((most) => [
    isDeeperText(bytes, most),
    isDeeper(JSON.parse(json), most),
  ]);
  expect(deeper).toEqual([
    [false, false],
    [depth > 0, depth > 0],
  ]);
});
