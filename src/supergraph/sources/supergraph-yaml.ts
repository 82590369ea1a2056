import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import type { Place } from '../../yaml/parse.ts';
import { readYaml } from '../../yaml/read.ts';
import type { Source } from '../../yaml/sources.ts';
import type { Environment } from '../../yaml/substitute.ts';
import type { Role } from '../subgraph-source.ts';

/** A subgraph that is asked for its SDL; header names are in lower case. */
export interface RemoteSchema {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One subgraph of `supergraph.yaml`. */
export interface SubgraphEntry {
  readonly name: string;
  /** The routing URL. */
  readonly url: string;
  readonly role: Role | undefined;
  /** Where the SDL is: in a file, in the list itself, or with the subgraph. */
  readonly schema: { readonly file: string } | { readonly sdl: string } | RemoteSchema;
  /** Where `schema` stands in the list. */
  readonly place: Place;
}

const httpUrl = z.url({ protocol: /^https?$/, error: 'Expected an http or https URL' });

const schemaLocation = z
  .strictObject({
    file: z.string().min(1).optional().describe('SDL file, from the folder of supergraph.yaml'),
    sdl: z.string().optional().describe('The SDL itself'),
    subgraph_url: httpUrl.optional().describe('URL that is asked for the SDL'),
    introspection_headers: z
      .record(z.string(), z.string())
      .default({})
      .describe('Headers that are sent when the subgraph is asked for its SDL'),
  })
  .refine(
    ({ file, sdl, subgraph_url }) =>
      [file, sdl, subgraph_url].filter((one) => one !== undefined).length === 1,
    'Expected exactly one of file, sdl and subgraph_url',
  );

const subgraph = z
  .strictObject({
    routing_url: httpUrl.optional().describe('Where operations go; by default schema.subgraph_url'),
    role: z.enum(['query', 'command']).optional().describe('What the CQRS rules hold it to'),
    schema: schemaLocation.describe('Where its SDL is'),
  })
  .refine(
    ({ routing_url, schema }) => (routing_url ?? schema.subgraph_url) !== undefined,
    'routing_url is missing, and there is no schema.subgraph_url to stand in for it',
  );

const supergraphYaml = z.strictObject({
  federation_version: z
    .union([z.literal(2), z.string().regex(/^(?:(?:latest-)?2|[=v]2(?:\.\d+){0,2})$/)], {
      error: 'Expected a version of Federation 2, such as 2 or =2.9.0',
    })
    .optional()
    .describe('Kept for other tools: each SDL links the version it is written for'),
  subgraphs: z
    .record(z.string(), subgraph)
    .refine((all) => Object.keys(all).length > 0, 'Expected at least one subgraph')
    .describe('The subgraphs by name'),
});

/**
 * Reads a list of subgraphs in rover's format, with a `role` beside it. Whatever is wrong with it
 * is a `configuration` failure, with the place of each problem.
 */
export function readSupergraphYaml(
  text: string,
  file: string,
  environment: Environment,
): readonly SubgraphEntry[] {
  const folder = dirname(file);
  const input = { text, file, environment, folder, overrides: [] };
  const { checked, sources } = readYaml(supergraphYaml, input);
  return Object.entries(checked.subgraphs).map(([name, { routing_url, role, schema }]) => ({
    name,
    url: routing_url ?? schema.subgraph_url ?? '',
    role,
    schema: locationOf(schema, folder),
    place: placeOf(sources.nearest(['subgraphs', name, 'schema']), file),
  }));
}

function placeOf(source: Source | undefined, file: string): Place {
  if (source?.kind !== 'file') return { file, line: 1, column: 1 };
  return source.keyPlace ?? source.place;
}

function locationOf(
  { file, sdl, subgraph_url, introspection_headers }: z.output<typeof schemaLocation>,
  folder: string,
): SubgraphEntry['schema'] {
  if (file !== undefined) return { file: isAbsolute(file) ? file : join(folder, file) };
  if (sdl !== undefined) return { sdl };
  const headers = Object.entries(introspection_headers).map(([name, value]) => {
    return [name.toLowerCase(), value];
  });
  return { url: subgraph_url ?? '', headers: Object.fromEntries(headers) };
}
