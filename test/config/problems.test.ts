/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { formatProblem, StartupError } from '../../src/errors.ts';
import { readYaml } from '../../src/yaml/read.ts';
import { folderWith } from './files.ts';

const env = { SECRET: 'hunter2', LONG: `${'x'.repeat(40)}hunter2` };

/** All problems of a file with this text, one per line as they are printed. */
async function problemsOf(text: string): Promise<readonly string[]> {
  await using folder = await folderWith({ 'gatehouse.yaml': text, secret: 'hunter2\n' });
  await mkdir(folder.file('folder'));
  try {
    await loadConfig({ file: folder.file('gatehouse.yaml'), env });
  } catch (thrown) {
    if (!(thrown instanceof StartupError)) throw thrown;
    expect(thrown.failure).toBe('configuration');
    return thrown.problems.map(formatProblem).map((line) => line.replaceAll(`${folder.path}/`, ''));
  }
  return [];
}

const table: readonly (readonly [title: string, text: string, problems: readonly string[]])[] = [
  [
    'a key that is nearly a known one',
    'servr: {}',
    ['1:1 UNKNOWN_KEY servr is not known; did you mean "server"?'],
  ],
  [
    'a known key in another case',
    'observability: { requestID: {} }',
    ['1:18 UNKNOWN_KEY observability.requestID is not known; did you mean "requestId"?'],
  ],
  [
    'a key like no other',
    'server: { shutdown: { forks: 1 } }',
    ['1:23 UNKNOWN_KEY server.shutdown.forks is not known; known are drain'],
  ],
  [
    'keys that every object has',
    'constructor: 1\n__proto__: { version: 1 }\ntoString: 2',
    [
      '1:1 UNKNOWN_KEY constructor is not known; known are version, production, server, redis, auth, graphql, observability',
      '2:1 UNKNOWN_KEY "__proto__" cannot be a key',
      '3:1 UNKNOWN_KEY toString is not known; known are version, production, server, redis, auth, graphql, observability',
    ],
  ],
  [
    'a key that needs quotes to be told',
    'graphql: { subgraphs: { "a.b": { rol: query } } }',
    ['1:34 UNKNOWN_KEY graphql.subgraphs["a.b"].rol is not known; did you mean "role"?'],
  ],
  [
    'values of other kinds',
    'version: 2\nserver:\n  listen: 4000\n  workers: many\n  shutdown:\ngraphql: { csrf: 1 }',
    [
      '1:10 INVALID_VALUE version: Expected 1',
      '3:11 INVALID_VALUE server.listen: Expected a list, found a number',
      '4:12 INVALID_VALUE server.workers: Expected a whole number or auto',
      '5:12 INVALID_VALUE server.shutdown: Expected a map, found nothing',
      '6:18 INVALID_VALUE graphql.csrf: Expected true or false, found a number',
    ],
  ],
  [
    'automatic persisted queries beside a safelist, as they are by default',
    'graphql:\n  trustedDocuments: { manifests: [a.json], mode: idOnly }',
    [
      '2:50 INVALID_VALUE graphql.trustedDocuments.mode: Clients could register any text as an automatic persisted query: set graphql.persistedQueries.enabled to false',
    ],
  ],
  [
    'trusted documents without a manifest',
    'graphql: { trustedDocuments: { manifests: [] } }',
    ['1:43 INVALID_VALUE graphql.trustedDocuments.manifests: Expected at least 1 entries'],
  ],
  [
    'a file that is a list',
    '- 1',
    ['1:1 INVALID_VALUE The configuration: Expected a map, found a list'],
  ],
  [
    'numbers out of bounds',
    'server:\n  listen: [{ port: 65536 }, { port: -1 }]\n  limits: { headers: 1.5 }\n' +
      'graphql:\n  batching: { max: .nan }',
    [
      '2:20 INVALID_VALUE server.listen[0].port: Expected at most 65535',
      '2:37 INVALID_VALUE server.listen[1].port: Expected at least 0',
      '3:22 INVALID_VALUE server.limits.headers: Expected a whole number, found a fraction',
      '5:20 INVALID_VALUE graphql.batching.max: Expected a number, found no finite number',
    ],
  ],
  [
    'an empty list and an empty text',
    'server: { listen: [] }\ngraphql: { supergraph: { file: "" } }',
    [
      '1:19 INVALID_VALUE server.listen: Expected at least 1 entries',
      '2:32 INVALID_VALUE graphql.supergraph.file: Expected at least 1 characters',
    ],
  ],
  [
    'durations and sizes',
    'server:\n  limits: { body: 2, uri: 64K, headerBytes: 0B }\n' +
      '  timeouts: { headers: 0s, request: 30, idle: 30d }\n',
    [
      '2:19 INVALID_VALUE server.limits.body: Expected a size such as 512B, 64KiB, 10MiB or 1GB',
      '2:27 INVALID_VALUE server.limits.uri: Expected a size such as 512B, 64KiB, 10MiB or 1GB',
      '2:45 INVALID_VALUE server.limits.headerBytes: A size is at least 1B and at most 8388607GiB',
      '3:24 INVALID_VALUE server.timeouts.headers: Expected a time longer than 0',
      '3:37 INVALID_VALUE server.timeouts.request: ' +
        'Expected a duration such as 250ms, 5s, 1m, 2h or 1d',
      '3:47 INVALID_VALUE server.timeouts.idle: A duration is at most 24 days',
    ],
  ],
  [
    'words that are none of the choices',
    'observability: { log: { level: loud } }\ngraphql: { errors: { subgraphs: { a: hidden } } }',
    [
      '1:32 INVALID_VALUE observability.log.level: ' +
        'Expected trace, debug, info, warn, error, fatal or silent',
      '2:38 INVALID_VALUE graphql.errors.subgraphs.a: Expected masked or exposed',
    ],
  ],
  [
    'schemes that prove nothing',
    'auth:\n  both: { jwt: { issuer: a }, apiKey: {} }\n  none: {}\n' +
      '  odd: { jwt: { issuer: 7, audiance: x, keys: { url: "http://a", file: b } } }\n' +
      '  key: { apiKey: { keys: { a: { hash: x, expires: soon } } } }\n' +
      '  staff: { ldap: { url: "http://a", base: dc=a, filter: uid=1 } }\n' +
      'graphql: { auth: { schemas: [a] } }',
    [
      '2:9 INVALID_VALUE auth.both takes only one of "jwt", "introspection", "apiKey", "oidc", "ldap" or "mtls"',
      '3:9 MISSING_KEY auth.none needs "jwt", "introspection", "apiKey", "oidc", "ldap" or "mtls"',
      '4:25 INVALID_VALUE auth.odd.jwt.issuer: Expected a text, or a list of texts',
      '4:28 UNKNOWN_KEY auth.odd.jwt.audiance is not known; did you mean "audience"?',
      '4:47 INVALID_VALUE auth.odd.jwt.keys: The keys have a url or a file, not both',
      '5:39 INVALID_VALUE auth.key.apiKey.keys.a.hash: Expected sha256: and 64 hexadecimal digits',
      '5:51 INVALID_VALUE auth.key.apiKey.keys.a.expires: ' +
        'Expected a date such as 2027-06-30, or a time such as 2027-06-30T12:00:00Z',
      '6:25 INVALID_VALUE auth.staff.ldap.url: Expected a URL such as ldaps://ldap.shop.test',
      '6:57 INVALID_VALUE auth.staff.ldap.filter: Expected a filter such as (uid={user})',
      '7:20 UNKNOWN_KEY graphql.auth.schemas is not known; did you mean "schemes"?',
    ],
  ],
  [
    'a supergraph from nowhere',
    'graphql: { supergraph: {} }',
    ['1:24 MISSING_KEY graphql.supergraph needs "file" or "compose"'],
  ],
  [
    'a supergraph from two places',
    'graphql: { supergraph: { file: a, compose: b } }',
    ['1:24 INVALID_VALUE graphql.supergraph takes only one of "file" or "compose"'],
  ],
  [
    'a key of another form',
    'graphql: { supergraph: { file: a, poll: 5s } }',
    ['1:35 UNKNOWN_KEY graphql.supergraph.poll is not known; known are file, watch, lastGood'],
  ],
  [
    'a text in place of a map with several forms',
    'graphql: { supergraph: supergraph.graphql }',
    ['1:24 INVALID_VALUE graphql.supergraph: Expected a map with "file" or "compose"'],
  ],
  [
    'URLs that cannot be called',
    'graphql:\n  subgraphs:\n    a: { url: ftp://a }\n    b: { url: "http://u:p@b" }',
    [
      '3:15 INVALID_VALUE graphql.subgraphs.a.url: ' +
        'Expected a URL such as http://orders:4001/graphql, or unix:/run/orders.sock:/graphql',
      '4:15 INVALID_VALUE graphql.subgraphs.b.url: ' +
        'A URL carries no password: send one by an insert rule for headers',
    ],
  ],
];

describe('a configuration is refused for', () => {
  test.each(table)('%s', async (_title, text, problems) => {
    const expected = problems.map((problem) => `gatehouse.yaml:${problem}`);
    expect(await problemsOf(text)).toEqual(expected);
  });

  test('header rules that cannot be kept, each where it stands', async () => {
    const text = `
graphql:
  subgraphs:
    all:
      headers:
        request:
          - propagate: { named: Host }
          - propagate: { nmed: a }
          - propagate: { named: a, matching: b }
          - remove: { named: a }
            insert: { name: a, value: b }
          - {}
          - propagate: { matching: '(' }
          - authorization
          - insert: { name: a }
          - insert: { name: "a b", value: "c\\nd" }
        response: [{ propagate: { matching: a, algorithm: lst } }]
`;
    const rule = 'graphql.subgraphs.all.headers.request';
    expect(await problemsOf(text)).toEqual([
      `gatehouse.yaml:7:33 INVALID_VALUE ${rule}[0].propagate.named: This header is written by ` +
        'the gateway alone: no rule can carry or set it',
      `gatehouse.yaml:8:26 UNKNOWN_KEY ${rule}[1].propagate.nmed is not known; ` +
        'did you mean "named"?',
      `gatehouse.yaml:9:24 INVALID_VALUE ${rule}[2].propagate takes only one of ` +
        '"named" or "matching"',
      `gatehouse.yaml:10:13 INVALID_VALUE ${rule}[3] takes only one of ` +
        '"propagate", "remove" or "insert"',
      `gatehouse.yaml:12:13 MISSING_KEY ${rule}[4] needs "propagate", "remove" or "insert"`,
      `gatehouse.yaml:13:36 INVALID_VALUE ${rule}[5].propagate.matching: ` +
        'This is not a valid regular expression',
      `gatehouse.yaml:14:13 INVALID_VALUE ${rule}[6]: Expected a map with ` +
        '"propagate", "remove" or "insert"',
      `gatehouse.yaml:15:21 INVALID_VALUE ${rule}[7].insert: ` +
        'A header that is inserted has a value or a claim',
      `gatehouse.yaml:16:29 INVALID_VALUE ${rule}[8].insert.name: Expected a header name`,
      `gatehouse.yaml:16:43 INVALID_VALUE ${rule}[8].insert.value: ` +
        'Expected one line of Latin-1 text',
      'gatehouse.yaml:17:59 INVALID_VALUE ' +
        'graphql.subgraphs.all.headers.response[0].propagate.algorithm: ' +
        'Expected first, last or append',
    ]);
  });
});

const quotes = 'a text with { or } is written in quotes, such as "${env:NAME}"';

const broken: readonly (readonly [title: string, text: string, problems: readonly string[]])[] = [
  [
    'a reference without quotes in a flow map',
    'server: { listen: [{ port: ${env:PORT} }] }',
    [`1:29 YAML_SYNTAX Unexpected flow-map-start at node end; ${quotes}`],
  ],
  [
    'a key given twice, and a quote that is not closed',
    'server: {}\nserver: {}\ngraphql: "x',
    ['2:1 YAML_SYNTAX Map keys must be unique', '3:12 YAML_SYNTAX Missing closing "quote'],
  ],
  ['a tag', 'version: !int 1', ['1:10 YAML_SYNTAX Unresolved tag: !int']],
  [
    'a map for a key',
    '? { a: 1 }\n: 2',
    ['1:3 YAML_SYNTAX With stringKeys, all keys must be strings'],
  ],
  [
    'a second document',
    'version: 1\n---\nversion: 1',
    ['2:1 YAML_SYNTAX Source contains multiple documents; please use YAML.parseAllDocuments()'],
  ],
  [
    'a merge key',
    '<<: { version: 1 }',
    [
      '1:1 UNKNOWN_KEY ["<<"] is not known; known are version, production, server, redis, auth, graphql, observability',
    ],
  ],
  [
    'an alias of nothing',
    'version: *one',
    ['1:10 YAML_SYNTAX No anchor of this name comes before'],
  ],
  [
    'an alias inside of what it stands for',
    'graphql: &all { subgraphs: *all }',
    ['1:28 YAML_SYNTAX This is nested too deeply, or repeats itself'],
  ],
  ['lists without an end', '['.repeat(100_000), ['1:@ YAML_SYNTAX This is nested too deeply']],
];

describe('a file is not read as a configuration with', () => {
  test.each(broken)('%s', async (_title, text, problems) => {
    const found = await problemsOf(text);
    // How deep the parser gets depends on the stack it has.
    const told = found.map((line) => (text.length < 1_000 ? line : line.replace(/1:\d+/, '1:@')));
    expect(told).toEqual(problems.map((problem) => `gatehouse.yaml:${problem}`));
  });

  test('aliases that multiply without end', async () => {
    const lists = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      const aliases = Array<string>(9).fill(`*a${level - 1}`);
      lists.push(`a${level}: &a${level} [${aliases.join(', ')}]`);
    }
    expect(await problemsOf(lists.join('\n'))).toEqual([
      'gatehouse.yaml:1:16 YAML_SYNTAX This is nested too deeply, or repeats itself',
    ]);
  });

  test('bytes that are not UTF-8', async () => {
    await using folder = await folderWith({});
    const file = folder.file('latin.yaml');
    await writeFile(file, Buffer.from('graphql: { path: /\xe9 }', 'latin1'));
    await expect(loadConfig({ file, env })).rejects.toMatchObject({
      problems: [{ code: 'YAML_SYNTAX', message: 'The file is not UTF-8 text', file }],
    });
  });

  test.each([
    ['nothing.yaml', 'it does not exist'],
    ['.', 'it is a folder'],
  ])('the name %s', async (name, reason) => {
    await using folder = await folderWith({});
    const file = folder.file(name);
    const message = `The configuration cannot be read: ${reason}`;
    await expect(loadConfig({ file, env })).rejects.toMatchObject({
      failure: 'configuration',
      problems: [{ code: 'NOT_FOUND', message, file }],
    });
  });
});

describe('a reference is refused', () => {
  const use = 'refer to ${env:NAME} or ${file:PATH}, and write $${ for the text itself';

  test.each([
    ['${env:NOPE}', 'ENV_NOT_SET The environment variable NOPE is not set'],
    ['${env:toString}', 'ENV_NOT_SET The environment variable toString is not set'],
    ['${file:nope}', 'FILE_NOT_READABLE The file nope cannot be read: it does not exist'],
    ['${file:folder}', 'FILE_NOT_READABLE The file folder cannot be read: it is a folder'],
    ['${evn:SECRET}', `INVALID_VALUE "\${evn:SECRET}" is not known: ${use}`],
    ['${env:}', `INVALID_VALUE "\${env:}" is not known: ${use}`],
    ['${env:SECRET', `INVALID_VALUE "\${" is never closed: ${use}`],
  ])('for %s', async (reference, problem) => {
    const text = `graphql: { subgraphs: { a: { url: "${reference}" } } }`;
    expect(await problemsOf(text)).toEqual([`gatehouse.yaml:1:35 ${problem}`]);
  });

  test('beside all else that is wrong', async () => {
    const text = 'server:\n  workers: "${env:NOPE}"\n  listen: "${env:NOPE}"\n  limit: {}\n';
    const unset = 'ENV_NOT_SET The environment variable NOPE is not set';
    expect(await problemsOf(text)).toEqual([
      `gatehouse.yaml:2:12 ${unset}`,
      `gatehouse.yaml:3:11 ${unset}`,
      'gatehouse.yaml:4:3 UNKNOWN_KEY server.limit is not known; did you mean "limits"?',
    ]);
  });
});

test('no problem tells the value that a reference stands for', async () => {
  const references = ['${env:SECRET}', '${env:LONG}', '${file:secret}', 'a ${env:SECRET}'];
  const settings = [
    (it: string) => `version: ${it}`,
    (it: string) => `server: { listen: ${it} }`,
    (it: string) => `server: { listen: [{ port: ${it} }] }`,
    (it: string) => `server: { limits: { body: ${it} }, timeouts: { idle: ${it} } }`,
    (it: string) => `graphql: { csrf: ${it}, path: ${it}, supergraph: ${it} }`,
    (it: string) => `graphql: { subgraphs: { a: { url: ${it}, role: ${it}, timeout: ${it} } } }`,
    (it: string) =>
      `graphql: { subgraphs: { a: { url: "http://u:${it.replaceAll('"', '')}@b" } } }`,
    (it: string) =>
      `graphql: { subgraphs: { all: { headers: { request: [{ remove: ${it} }] } } } }`,
    (it: string) =>
      `graphql: { subgraphs: { all: { headers: { request: [{ remove: { matching: "(${it.replaceAll('"', '')}" } }] } } } }`,
    (it: string) =>
      `observability: { log: { level: ${it} }, requestId: { header: ${it}, trust: ${it} } }`,
  ];
  for (const reference of references) {
    for (const setting of settings) {
      const problems = await problemsOf(setting(`"${reference}"`));
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.join('\n')).not.toContain('hunter2');
    }
  }
});

test('a choice between single values is refused in the words of its schema', () => {
  const version = z.union([z.literal(2), z.string().regex(/^=2/)], { error: 'Expected =2' });
  const input = { text: 'version: 3', file: 'a.yaml', environment: {}, folder: '.', overrides: [] };
  expect(() => readYaml(z.strictObject({ version }), input)).toThrow(
    'a.yaml:1:10 INVALID_VALUE version: Expected =2',
  );
});
