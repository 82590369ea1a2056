import type { z } from 'zod';
import { type Problem, StartupError } from '../errors.ts';
import { isObject } from '../lib/own.ts';
import { expectation } from './expectation.ts';
import { type Finding, toFindings } from './findings.ts';
import { parseYaml } from './parse.ts';
import { type Path, valueAt, withValueAt } from './path.ts';
import { alternatives, type Shape, shapeOf } from './shape.ts';
import { Sources } from './sources.ts';
import type { References } from './substitute.ts';
import { ValueReader } from './values.ts';

/** A value that goes before the file's, such as one from the command line. */
export interface Override {
  readonly path: Path;
  readonly value: unknown;
  /** How it was given, such as `--port`. */
  readonly option: string;
}

export interface YamlInput extends References {
  /** Undefined when there is no file: then all is default or overridden. */
  readonly text: string | undefined;
  /** The file's name as problems tell it. */
  readonly file: string;
  readonly overrides: readonly Override[];
  /** Values in place of defaults, which follow from what was written; none by default. */
  readonly fallbacks?: (written: unknown) => readonly Override[];
}

/** A file's settings, checked; and how they came to be. */
export interface Settings<Checked> {
  readonly checked: Checked;
  /** What was written, with references replaced: it may hold secrets. */
  readonly written: unknown;
  readonly sources: Sources;
  readonly shape: Shape;
}

/** Reads settings by `schema`. All that is wrong with them is thrown at once, with places. */
export function readYaml<Schema extends z.ZodType>(
  schema: Schema,
  input: YamlInput,
): Settings<z.output<Schema>> {
  const shape = shapeOf(schema);
  const { written, sources, problems, spoiled } = readValues(input, alternatives(shape));
  const { data, error } = schema.safeParse(written, { error: expectation });
  const subject = { data: written, path: [], shapes: alternatives(shape) };
  const findings = toFindings(error?.issues ?? [], subject).filter(({ path }) => {
    return !spoiled.some((spoilt) => isWithin(path, spoilt));
  });
  problems.push(...findings.map((finding) => toProblem(finding, sources)));
  if (error || problems.length > 0) {
    throw new StartupError('configuration', problems.toSorted(byPlace));
  }
  return { checked: data, written, sources, shape };
}

interface Values {
  readonly written: unknown;
  readonly sources: Sources;
  readonly problems: Problem[];
  /** Where these problems are: what the schema has to say of such a value is beside the point. */
  readonly spoiled: readonly Path[];
}

function readValues(input: YamlInput, shapes: readonly Shape[]): Values {
  const { sources, problems, spoiled, ...file } = readFile(input, shapes);
  const put = (data: unknown, { path, value, option }: Override): unknown => {
    sources.replace(path, { kind: 'option', option });
    return withValueAt(data, path, value);
  };
  const given = input.overrides.reduce(put, file.written);
  const fallbacks = input.fallbacks?.(given).filter(({ path }) => isFree(given, path)) ?? [];
  return { written: fallbacks.reduce(put, given), sources, problems, spoiled };
}

/** True where nothing is written, nor anything on the way there that is no map. */
function isFree(written: unknown, path: Path): boolean {
  return path.every((_, index) => {
    const value = valueAt(written, path.slice(0, index + 1));
    return value === undefined || (index < path.length - 1 && isObject(value));
  });
}

function readFile(input: YamlInput, shapes: readonly Shape[]): Values {
  if (input.text === undefined) {
    return { written: {}, sources: new Sources(), problems: [], spoiled: [] };
  }
  const reader = new ValueReader(parseYaml(input.text, input.file), input);
  const written = reader.read(shapes);
  return { written, sources: reader.sources, problems: reader.problems, spoiled: reader.spoiled };
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, index) => path[index] === step);
}

/** An unknown key is shown where it stands, a missing one at what it is missing in. */
function toProblem({ code, path, message }: Finding, sources: Sources): Problem {
  const source = sources.nearest(path);
  if (source === undefined) return { code, message };
  if (source.kind === 'option') return { code, message: `${source.option}: ${message}` };
  const place = code === 'UNKNOWN_KEY' ? (source.keyPlace ?? source.place) : source.place;
  return { code, message, ...place };
}

function byPlace(one: Problem, other: Problem): number {
  const lines = (one.line ?? 0) - (other.line ?? 0);
  return lines === 0 ? (one.column ?? 0) - (other.column ?? 0) : lines;
}
