import { isObject } from '../lib/own.ts';
import { formatPath, type Path } from '../yaml/path.ts';
import type { Settings } from '../yaml/read.ts';
import { alternatives, childShapes, knownKeys, requiredKeys, type Shape } from '../yaml/shape.ts';
import type { Source } from '../yaml/sources.ts';

/** One setting that is in effect. */
export interface Setting {
  /** Such as `server.listen[0].port`. */
  readonly name: string;
  /** As it would be written; of one with `${...}` in it, the text in the file. */
  readonly value: unknown;
  /** `default`, `file:line:column`, or an option of the command line. */
  readonly source: string;
}

/** Every setting in effect, in the order of the schema, with its source. Secrets stay hidden. */
export function explain(settings: Settings<unknown>): readonly Setting[] {
  return inEffect(settings).map(({ setting }) => setting);
}

/** A setting, and what must not be shown of it. */
export interface SettingInEffect {
  readonly setting: Setting;
  readonly path: Path;
  /** With references replaced: it may be a secret. */
  readonly value: unknown;
}

/** As `explain`, for what compares settings without showing them. */
export function inEffect(settings: Settings<unknown>): readonly SettingInEffect[] {
  return settingsAt({ path: [], shapes: alternatives(settings.shape) }, settings.written, settings);
}

interface Spot {
  readonly path: Path;
  readonly shapes: readonly Shape[];
}

function settingsAt(
  spot: Spot,
  written: unknown,
  settings: Settings<unknown>,
): readonly SettingInEffect[] {
  const value = written === undefined ? defaultOf(spot.shapes) : written;
  const steps = stepsInto(value, formsOf(value, spot.shapes));
  if (steps.length === 0) return value === undefined ? [] : [setting(spot.path, value, settings)];
  return steps.flatMap(([step, child]) => {
    const inside = { path: [...spot.path, step], shapes: childShapes(spot.shapes, step) };
    return settingsAt(inside, child, settings);
  });
}

/** Of several forms, the one that was written: the others have defaults that are not in effect. */
function formsOf(value: unknown, shapes: readonly Shape[]): readonly Shape[] {
  if (!isObject(value)) return shapes;
  return shapes.filter((shape) => requiredKeys(shape).every((key) => Object.hasOwn(value, key)));
}

/** What is inside a map or a list: what is written, and what has a default. */
function stepsInto(
  value: unknown,
  shapes: readonly Shape[],
): readonly (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) return [...value.entries()];
  if (!isObject(value)) return [];
  const keys = new Set([...knownKeys(shapes), ...Object.keys(value)]);
  return [...keys].map((key) => [key, Object.hasOwn(value, key) ? value[key] : undefined]);
}

function defaultOf(shapes: readonly Shape[]): unknown {
  return shapes.find((shape) => 'default' in shape)?.['default'];
}

function setting(path: Path, value: unknown, { sources }: Settings<unknown>): SettingInEffect {
  const source = sources.get(path);
  const template = source?.kind === 'file' ? source.template : undefined;
  const shown = { name: formatPath(path), value: template ?? value, source: describe(source) };
  return { setting: shown, path, value };
}

function describe(source: Source | undefined): string {
  if (source === undefined) return 'default';
  if (source.kind === 'option') return source.option;
  const { file, line, column } = source.place;
  return `${file}:${line}:${column}`;
}
