import { distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { isObject } from '../lib/own.ts';
import { anyOf } from './expectation.ts';
import { formatPath, type Path, valueAt } from './path.ts';
import { knownKeys, requiredKeys, type Shape, shapesAt } from './shape.ts';

/** One thing that is wrong, and the setting it is about. */
export interface Finding {
  readonly code: 'UNKNOWN_KEY' | 'MISSING_KEY' | 'INVALID_VALUE';
  readonly message: string;
  readonly path: Path;
}

type Issues = readonly z.core.$ZodIssue[];

/** The value under discussion: `data` at `path`, which may have any of `shapes`. */
interface Subject {
  readonly data: unknown;
  readonly path: Path;
  readonly shapes: readonly Shape[];
}

/** What zod found, by setting. No value is repeated: it may be a secret. */
export function toFindings(issues: Issues, subject: Subject): readonly Finding[] {
  return issues.flatMap((issue) => {
    const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const path = [...subject.path, ...steps];
    const inside = { ...subject, path, shapes: shapesAt(subject.shapes, steps) };
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue.keys, inside);
    if (issue.code === 'invalid_union' && inside.shapes.some(isForm)) {
      return unionFindings(issue.errors, inside);
    }
    return valueAt(subject.data, path) === undefined
      ? finding('MISSING_KEY', path, ' is missing')
      : finding('INVALID_VALUE', path, `: ${issue.message}`);
  });
}

/** True for one of several maps that are told apart by their keys. */
function isForm(shape: Shape): boolean {
  return requiredKeys(shape).length > 0;
}

/** Of several forms, the one that was meant is the one whose keys are there. */
function unionFindings(branches: readonly Issues[], subject: Subject): readonly Finding[] {
  const { data, path, shapes } = subject;
  const value = valueAt(data, path);
  const choices = anyOf(shapes.flatMap(requiredKeys).map((key) => `"${key}"`));
  if (!isObject(value)) {
    return finding('INVALID_VALUE', path, `: Expected a map with ${choices}`);
  }
  const meant = [...shapes.entries()].filter(([, shape]) => {
    return requiredKeys(shape).every((key) => Object.hasOwn(value, key));
  });
  if (meant.length > 1) return finding('INVALID_VALUE', path, ` takes only one of ${choices}`);
  const [only] = meant;
  if (only !== undefined) {
    return toFindings(branches[only[0]] ?? [], { ...subject, shapes: [only[1]] });
  }
  const unknown = Object.keys(value).filter((key) => !knownKeys(shapes).includes(key));
  if (unknown.length > 0) return unknownKeys(unknown, subject);
  return finding('MISSING_KEY', path, ` needs ${choices}`);
}

function unknownKeys(keys: readonly string[], { path, shapes }: Subject): readonly Finding[] {
  return keys.flatMap((key) => {
    // Another form may know the key: it was not meant, or it would have been refused itself.
    const known = knownKeys(shapes.filter((shape) => !knownKeys([shape]).includes(key)));
    const near = nearest(key, known);
    const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`;
    return finding('UNKNOWN_KEY', [...path, key], ` is not known; ${hint}`);
  });
}

/** The known key that was probably meant: at most a third of it is written differently. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const lower = key.toLowerCase();
  const candidates = known.map((name) => ({ name, edits: distance(name.toLowerCase(), lower) }));
  const [best] = candidates.toSorted((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.ceil(key.length / 3) ? best.name : undefined;
}

function finding(code: Finding['code'], path: Path, message: string): readonly Finding[] {
  const subject = formatPath(path) || 'The configuration';
  return [{ code, path, message: subject + message }];
}
