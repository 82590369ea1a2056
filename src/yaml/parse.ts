import { type Alias, LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import { type Problem, StartupError } from '../errors.ts';

/** Where something stands in a file; line and column are counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A file that is YAML, whatever it says. */
export interface ParsedYaml {
  /** Null for a file without any content. */
  readonly root: Node | null;
  /** What an alias stands for; undefined when no such anchor comes before it. */
  readonly resolve: (alias: Alias) => Node | undefined;
  readonly placeOf: (node: unknown) => Place;
}

/** Parses YAML 1.2 (core schema, unique keys); what is not YAML is a `configuration` failure. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const lineCounter = new LineCounter();
  // Warnings stand for tags that are not known, so they too are mistakes here.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true });
  const placeAt = (offset: number): Place => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) throw new StartupError('configuration', syntax(errors, text, placeAt));
  return {
    root: document.contents,
    resolve: (alias) => alias.resolve(document),
    placeOf: (node) => placeAt(startOf(node)),
  };
}

/** The first problem of each line: one slip makes the parser stumble over what comes after it. */
function syntax(
  errors: readonly YAMLError[],
  text: string,
  placeAt: (offset: number) => Place,
): readonly Problem[] {
  const lines = text.split('\n');
  const firsts = new Map<number, Problem>();
  for (const { code, message, pos } of errors) {
    const place = placeAt(pos[0]);
    if (firsts.has(place.line)) continue;
    const said = code === 'RESOURCE_EXHAUSTION' ? 'This is nested too deeply' : message;
    const hint = quotingHint(lines[place.line - 1]);
    firsts.set(place.line, { code: 'YAML_SYNTAX', message: said + hint, ...place });
  }
  return [...firsts.values()];
}

/** Braces are YAML's own inside `{ }` and `[ ]`, and look as if they were ours. */
function quotingHint(line = ''): string {
  if (!/[^\s:,[{?-]\s*\{/.test(line)) return '';
  return `; a text with { or } is written in quotes, such as "\${env:NAME}"`;
}

function startOf(node: unknown): number {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : [];
  const start: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof start === 'number' ? start : 0;
}
