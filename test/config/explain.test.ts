/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { expect, test } from '@jest/globals';
import { explain, type Setting } from '../../src/config/explain.ts';
import { loadConfig } from '../../src/config/load.ts';
import { gatewayConfig } from '../../src/config/schema.ts';
import { folderWith } from './files.ts';

const text = `
server: { listen: [{ port: "\${env:PORT}" }] }
graphql:
  subgraphs:
    all: { headers: { request: [{ insert: { name: x-key, value: "Key \${file:key}" } }] } }
    orders: { role: query }
  errors: { extensions: [] }
`;

async function explained(): Promise<ReadonlyMap<string, Setting>> {
  await using folder = await folderWith({ 'gatehouse.yaml': text, key: 'hunter2\n' });
  const { settings } = await loadConfig({
    file: folder.file('gatehouse.yaml'),
    env: { PORT: '48213' },
    overrides: [{ path: ['server', 'admin', 'port'], value: 9_000, option: '--admin-port' }],
  });
  const settingsWithin = explain(settings).map((setting) => {
    return { ...setting, source: setting.source.replace(`${folder.path}/`, '') };
  });
  return new Map(settingsWithin.map((setting) => [setting.name, setting]));
}

test.each([
  ['server.listen[0].host', '0.0.0.0', 'default'],
  ['server.listen[0].port', '${env:PORT}', 'gatehouse.yaml:2:28'],
  ['server.admin.port', 9_000, '--admin-port'],
  ['server.limits.body', '2MB', 'default'],
  ['graphql.subgraphs.all.headers.request[0].insert.name', 'x-key', 'gatehouse.yaml:5:51'],
  [
    'graphql.subgraphs.all.headers.request[0].insert.value',
    'Key ${file:key}',
    'gatehouse.yaml:5:65',
  ],
  ['graphql.subgraphs.all.headers.response', [], 'default'],
  ['graphql.subgraphs.orders.role', 'query', 'gatehouse.yaml:6:21'],
  ['graphql.errors.extensions', [], 'gatehouse.yaml:7:25'],
])('explains %s', async (name, value, source) => {
  expect((await explained()).get(name)).toEqual({ name, value, source });
});

test('never tells what a reference stands for', async () => {
  const told = JSON.stringify([...(await explained()).values()]);
  expect(told).not.toContain('hunter2');
  expect(told).not.toContain('48213');
});

test('explains defaults that, written down, change nothing', async () => {
  const { settings, config } = await loadConfig({ env: {} });
  const written: Record<string, unknown> = {};
  for (const { name, value, source } of explain(settings)) {
    expect(source).toBe('default');
    put(written, name.split(/[.[\]]+/).filter(Boolean), value);
  }
  expect(gatewayConfig.parse(written)).toEqual(config);
});

/** Puts a value at the path that an explained name stands for. */
function put(into: Record<string, unknown>, [step = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    into[step] = value;
    return;
  }
  into[step] ??= /^\d+$/.test(rest[0] ?? '') ? [] : {};
  put(into[step] as Record<string, unknown>, rest, value);
}
