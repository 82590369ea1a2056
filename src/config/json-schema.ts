import { isObject } from '../lib/own.ts';
import { type Shape, shapeOf } from '../yaml/shape.ts';
import { gatewayConfig } from './schema.ts';

/**
 * The JSON Schema (draft 2020-12) of `gatehouse.yaml`, for editors: with descriptions and
 * defaults, and with `${env:NAME}` and `${file:PATH}` wherever a single value stands.
 */
export function configJsonSchema(): Shape {
  const { $schema, ...shape } = shapeOf(gatewayConfig);
  const title = 'Configuration of the Gatehouse gateway';
  return { $schema, title, ...referable(shape), $defs: { reference } };
}

const reference = {
  description: 'Read from the environment or from a file when the gateway starts',
  type: 'string',
  pattern: '\\$\\{(env|file):[^}]+\\}',
};

function referable(shape: Shape): Shape {
  if (isObject(shape['properties']) || isObject(shape['items']) || Array.isArray(shape['anyOf'])) {
    return Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, inside(key, part)]));
  }
  const { description, default: fallback, ...value } = shape;
  const about = { description, ...(fallback !== undefined && { default: fallback }) };
  return { ...about, anyOf: [value, { $ref: '#/$defs/reference' }] };
}

/** The parts of a shape that are shapes themselves. */
function inside(key: string, part: unknown): unknown {
  if (key === 'anyOf' && Array.isArray(part)) return part.filter(isObject).map(referable);
  if (!isObject(part)) return part;
  if (key === 'items' || key === 'additionalProperties') return referable(part);
  if (key !== 'properties') return part;
  const named = Object.entries(part).map(([name, shape]) => {
    return [name, isObject(shape) ? referable(shape) : shape];
  });
  return Object.fromEntries(named);
}
