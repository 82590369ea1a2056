import { z } from 'zod';
import { isObject, type JsonObject } from '../lib/own.ts';
import type { Path } from './path.ts';

/** What may stand at one place of a file: a JSON Schema, as far as it is looked at here. */
export type Shape = Readonly<JsonObject>;

/** The JSON Schema (draft 2020-12) of what may be written for `schema`. */
export function shapeOf(schema: z.ZodType): Shape {
  return { ...z.toJSONSchema(schema, { io: 'input' }) };
}

/** The shapes one of which a value must have. What is the default of all is that of each. */
export function alternatives(shape: Shape): readonly Shape[] {
  const { anyOf } = shape;
  if (!Array.isArray(anyOf)) return [shape];
  const common = 'default' in shape ? { default: shape['default'] } : {};
  return anyOf.filter(isObject).flatMap((each) => alternatives({ ...common, ...each }));
}

/** The shapes that values under `step` may have. */
export function childShapes(shapes: readonly Shape[], step: string | number): readonly Shape[] {
  return shapes.flatMap((shape) => {
    const child = typeof step === 'number' ? shape['items'] : childOf(shape, step);
    return isObject(child) ? alternatives(child) : [];
  });
}

/** The shapes that values at `path` may have. */
export function shapesAt(shapes: readonly Shape[], path: Path): readonly Shape[] {
  return path.reduce(childShapes, shapes);
}

/** The keys that are known by name, in the order of the schema. */
export function knownKeys(shapes: readonly Shape[]): readonly string[] {
  return [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The keys without which the value is not complete. */
export function requiredKeys(shape: Shape): readonly string[] {
  const { required } = shape;
  return Array.isArray(required) ? required.filter((key) => typeof key === 'string') : [];
}

/** A text in the type that is asked for, if it can be read so; else the text. */
export function fitText(text: string, shapes: readonly Shape[]): string | number | boolean {
  const types = new Set(shapes.filter((shape) => mayBe(text, shape)).map(({ type }) => type));
  if (types.has('string')) return text;
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const numeric = types.has('integer') || types.has('number');
  return numeric && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** False for a text that is not the only one that is meant, such as `auto` beside a number. */
function mayBe(text: string, shape: Shape): boolean {
  return shape['type'] !== 'string' || !('const' in shape) || shape['const'] === text;
}

function childOf({ properties, additionalProperties }: Shape, key: string): unknown {
  const named =
    isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return named ?? additionalProperties;
}
