import { getOwn, isObject, type JsonObject, setOwn } from '../lib/own.ts';
import type { FetchDataRewrite } from '../plan/planner.ts';
import type { TypeConditions } from './type-conditions.ts';

const onType = /^\.\.\. on (.+)$/;

/**
 * Applies a plan's rewrites to `data` in place: a value that is set, or a key that is renamed,
 * at the end of a path of keys and type conditions that runs through lists.
 */
export function rewrite(
  data: unknown,
  rewrites: readonly FetchDataRewrite[],
  types: TypeConditions,
): void {
  for (const one of rewrites) rewriteAt(data, one.path, one, types);
}

function rewriteAt(
  value: unknown,
  path: readonly string[],
  one: FetchDataRewrite,
  types: TypeConditions,
): void {
  if (Array.isArray(value)) {
    for (const item of value) rewriteAt(item, path, one, types);
    return;
  }
  const [step, ...rest] = path;
  if (!isObject(value) || step === undefined) return;
  const condition = onType.exec(step)?.[1];
  if (condition !== undefined) {
    // The planner asks for no `__typename` at the top of an entity fetch with conditions on types;
    // its aliases are unlike each other, so there the key alone tells which object is meant.
    const isUntyped = !Object.hasOwn(value, '__typename');
    if (isUntyped || types.matches(value, condition)) rewriteAt(value, rest, one, types);
  } else if (rest.length > 0) {
    rewriteAt(getOwn(value, step), rest, one, types);
  } else {
    rewriteKey(value, step, one);
  }
}

function rewriteKey(object: JsonObject, key: string, one: FetchDataRewrite): void {
  if (one.kind === 'ValueSetter') {
    setOwn(object, key, one.setValueTo);
  } else if (Object.hasOwn(object, key)) {
    setOwn(object, one.renameKeyTo, object[key]);
    delete object[key];
  }
}

/** The names that a fetch's answer has for keys which the plan knows under others. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[]): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const one of rewrites) {
    const key = one.path.at(-1);
    if (one.kind === 'KeyRenamer' && key !== undefined) renamed.set(key, one.renameKeyTo);
  }
  return renamed;
}
