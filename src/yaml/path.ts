import { isObject } from '../lib/own.ts';

/** The way to a setting: keys of maps, and positions in lists counted from 0. */
export type Path = readonly (string | number)[];

/** As people write it: `server.listen[0].port`. */
export function formatPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}

/** What stands at `path`; undefined when there is nothing. */
export function valueAt(data: unknown, path: Path): unknown {
  let here = data;
  for (const step of path) {
    if (!isObject(here) && !Array.isArray(here)) return undefined;
    here = Object.hasOwn(here, step) ? (here as Record<string | number, unknown>)[step] : undefined;
  }
  return here;
}

/** Puts `value` at `path`, and makes the maps and lists on the way there. */
export function withValueAt(data: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(data) ? [...data] : [];
    list[step] = withValueAt(list[step], rest, value);
    return list;
  }
  const map = isObject(data) ? data : {};
  return { ...map, [step]: withValueAt(valueAt(map, [step]), rest, value) };
}
