import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { isObject } from '../../src/lib/own.ts';

/** Every part of the schema that stands for a setting, by its path. */
function settingsIn(schema: unknown, path: string): readonly (readonly [string, object])[] {
  if (!isObject(schema)) return [];
  const { properties, additionalProperties, items, anyOf } = schema;
  const named = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, child]) => {
    return isObject(child) ? [[`${path}.${name}`, child] as const] : [];
  });
  const children = [
    ...named,
    ...(isObject(additionalProperties) ? [[`${path}.<name>`, additionalProperties] as const] : []),
  ];
  const forms = Array.isArray(anyOf) ? anyOf : [];
  return [
    ...children,
    ...children.flatMap(([childPath, child]) => settingsIn(child, childPath)),
    ...settingsIn(items, `${path}[]`),
    ...forms.flatMap((form) => settingsIn(form, path)),
  ];
}

test('the published schema is the one that the code has', async () => {
  const published = await readFile('schema/config.schema.json', 'utf8');
  // On a difference: node src/cli/main.ts config schema > schema/config.schema.json
  expect(JSON.parse(published)).toEqual(configJsonSchema());
});

test('every setting says what it means', () => {
  const settings = settingsIn(configJsonSchema(), '');
  const silent = settings.filter(([, schema]) => !('description' in schema));
  expect(silent.map(([path]) => path)).toEqual([]);
  expect(settings.map(([path]) => path)).toContain('.graphql.subgraphs.<name>.timeout.total');
  expect(settings.length).toBeGreaterThan(80);
});

test('every setting tells its default, in the schema and in words', () => {
  const leaves = settingsIn(configJsonSchema(), '').filter(([path, schema]) => {
    // Inside of lists and forms, and of a subgraph's own block, a setting may have none.
    return 'default' in schema && !('properties' in schema) && !path.includes('[]');
  });
  const silent = leaves.filter(([, schema]) => !/[Dd]efault|unless/.test(descriptionOf(schema)));
  expect(silent.map(([path]) => path)).toEqual([]);
  expect(leaves.length).toBeGreaterThan(30);
});

test('a single value may be written as a reference', () => {
  const schema = configJsonSchema();
  const port = settingsIn(schema, '').find(([path]) => path === '.server.admin.port');
  expect(port?.[1]).toEqual({
    description:
      'TCP port of health and metrics; 0 takes a free one. Default: the first port plus 1',
    anyOf: [{ type: 'integer', minimum: 0, maximum: 65_535 }, { $ref: '#/$defs/reference' }],
  });
});

function descriptionOf(schema: object): string {
  return 'description' in schema ? String(schema.description) : '';
}
