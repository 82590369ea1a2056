import { expect, test } from '@jest/globals';
import { gatewayConfig } from '../../src/config/schema.ts';
import { createGateway } from '../../src/gateway.ts';
import { send } from '../harness/federation.ts';
import { LogLines } from '../harness/log-lines.ts';
import { linked } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import { serveSdl } from '../supergraph/sdl-server.ts';

const asked = 'type Query { asked: Int }';
const written = 'type Query { written: Int }';

/** A gateway that composes from one subgraph that it asks, and one whose schema is a file. */
async function composed() {
  const folder = await temporaryFolder();
  const subgraph = await serveSdl(linked(asked));
  await folder.write('written.graphql', linked(written));
  const file = await folder.write(
    'supergraph.yaml',
    `subgraphs:
  asked: { role: query, schema: { subgraph_url: '${subgraph.url}' } }
  written: { role: query, routing_url: '${subgraph.url}', schema: { file: written.graphql } }
`,
  );
  const log = new LogLines();
  const gateway = await createGateway({
    config: gatewayConfig.parse({
      server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } },
      graphql: { supergraph: { compose: file, watch: true, poll: '50ms' } },
    }),
    logTo: log,
  });
  return {
    folder,
    subgraph,
    log,
    swapped: (count: number) => log.wait('The supergraph was read again: swapped', count),
    refused: (count: number) => log.wait('The supergraph was refused: the last good stays', count),
    fields: async () => {
      const query = '{ __type(name: "Query") { fields { name } } }';
      const { body } = await send(gateway.url, { query });
      return JSON.stringify(body).match(/(?<="name":")\w+/g);
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await subgraph[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test('a subgraph that changes its schema is composed anew, and so is a schema file', async () => {
  await using place = await composed();
  expect(await place.fields()).toEqual(['asked', 'written']);
  place.subgraph.sdl = linked('type Query { asked: Int more: Int }');
  await place.swapped(1);
  expect(await place.fields()).toEqual(['asked', 'more', 'written']);
  await place.folder.replace('written.graphql', linked('type Query { written: Int new: Int }'));
  await place.swapped(2);
  expect(await place.fields()).toEqual(['asked', 'more', 'written', 'new']);
});

test('what does not compose or breaks a rule is refused, with subgraph and place', async () => {
  await using place = await composed();
  const refused = async (sdl: string, line: object) => {
    const before = place.log.all.filter(({ level }) => level === 'error').length;
    await place.folder.replace('written.graphql', linked(sdl));
    const lines = await place.refused(before + 1);
    expect(lines.at(-1)).toMatchObject({ level: 'error', kind: 'supergraph', ...line });
    expect(await place.fields()).toEqual(['asked', 'written']);
  };
  const subgraph = 'written';
  const file = `${place.folder.path}/written.graphql`;
  await refused('type Query {', { code: 'INVALID_GRAPHQL', subgraph, file, line: 5, column: 13 });
  await refused('type Query { asked: String }', { code: 'FIELD_TYPE_MISMATCH' });
  await refused(`${written} type Mutation { write: Int }`, {
    code: 'CQRS_QUERY_HAS_MUTATION',
    subgraph,
    file,
  });
  const before = place.log.all.filter(({ level }) => level === 'error').length;
  await place.folder.replace('supergraph.yaml', 'subgraphs: 5');
  const lines = await place.refused(before + 1);
  expect(lines.at(-1)).toMatchObject({ code: 'INVALID_VALUE', line: 1, column: 12 });
  expect(await place.fields()).toEqual(['asked', 'written']);
});

test('a subgraph that goes away is served as it was, and taken as it comes back', async () => {
  await using place = await composed();
  await place.subgraph[Symbol.asyncDispose]();
  await place.folder.replace('written.graphql', linked('type Query { written: Int new: Int }'));
  await place.swapped(1);
  expect(await place.fields()).toEqual(['asked', 'written', 'new']);
  expect(place.log.all).toContainEqual(
    expect.objectContaining({ level: 'warn', code: 'SUBGRAPH_UNREACHABLE' }),
  );
});
