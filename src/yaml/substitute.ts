import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What `${...}` may refer to. */
export interface References {
  readonly environment: Environment;
  /** Relative paths in `${file:...}` start here. */
  readonly folder: string;
}

/** A text with its references replaced, or what is wrong with them. */
export interface Substitution {
  readonly text: string;
  /** True when a part of it came from elsewhere. */
  readonly substituted: boolean;
  readonly failures: readonly { readonly code: string; readonly message: string }[];
}

const reference = /(\$?)\$\{([^}]*)(\}?)/g;

/**
 * Replaces `${env:NAME}` and `${file:PATH}`, as a whole text or inside one. Of a file, one line
 * break at its end is left out. `$${` stands for the text `${`. Messages never tell a value.
 */
export function substitute(template: string, references: References): Substitution {
  const failures: { code: string; message: string }[] = [];
  let substituted = false;
  const replace = (whole: string, escaped: string, name: string, end: string): string => {
    if (escaped !== '') return whole.slice(1);
    const found = end === '' ? unclosed : lookUp(name, references);
    if (typeof found === 'object') failures.push(found);
    else substituted = true;
    return typeof found === 'object' ? '' : found;
  };
  const text = template.replace(reference, replace);
  return { text, substituted, failures };
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

const usage = `refer to \${env:NAME} or \${file:PATH}, and write $\${ for the text itself`;
const unclosed: Failure = { code: 'INVALID_VALUE', message: `"\${" is never closed: ${usage}` };

function lookUp(name: string, references: References): string | Failure {
  // `${env.NAME}` is how rover and Apollo Router write it.
  const [, kind, argument = ''] = /^(env(?=[:.])|file(?=:)).(.+)$/s.exec(name) ?? [];
  if (kind === 'env') return fromEnvironment(argument, references.environment);
  if (kind === 'file') return fromFile(argument, references.folder);
  return { code: 'INVALID_VALUE', message: `"\${${name}}" is not known: ${usage}` };
}

function fromEnvironment(name: string, environment: Environment): string | Failure {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined) return value;
  return { code: 'ENV_NOT_SET', message: `The environment variable ${name} is not set` };
}

function fromFile(path: string, folder: string): string | Failure {
  try {
    return readFileSync(resolve(folder, path), 'utf8').replace(/\r?\n$/, '');
  } catch (thrown) {
    const message = `The file ${path} cannot be read: ${reasonOf(thrown)}`;
    return { code: 'FILE_NOT_READABLE', message };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it does not exist',
  EACCES: 'permission is denied',
  EISDIR: 'it is a folder',
};

/** Why a file could not be read, in words. */
export function reasonOf(thrown: unknown): string {
  const code = typeof thrown === 'object' && thrown && 'code' in thrown ? String(thrown.code) : '';
  return reasons[code] ?? `reading it failed (${code})`;
}
