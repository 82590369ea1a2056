import { type Problem, StartupError } from '../../errors.ts';
import { ByteCache } from '../../lib/byte-cache.ts';
import { inSlices, type Steps } from '../../lib/in-slices.ts';
import type { ManifestEntry } from './manifest.ts';
import { readText } from './read-text.ts';

/** What a text that a client sent is, seen from the list. */
export interface Judgement {
  readonly sent: string;
  /** The text that is listed, of which `sent` differs in nothing that matters; else undefined. */
  readonly listed: string | undefined;
  /** True where it asks for the schema and nothing else. */
  readonly isIntrospection: boolean;
}

/** Memory for judgements of texts that are not listed letter by letter. */
const cacheBytes = 4 * 1024 * 1024;
/** How long reading a list may hold the event loop at a time, in milliseconds. */
const sliceMs = 10;
/** Most problems of one list that are told. */
const mostProblems = 20;

/** The documents of all manifests as they were read together. It never changes: a new one replaces it. */
export class TrustedList {
  /** By id, then by client. */
  readonly #entries = new Map<string, Map<string | undefined, ManifestEntry>>();
  readonly #byText = new Map<string, Judgement>();
  readonly #byFingerprint = new Map<string, string>();
  readonly #others = new ByteCache<Judgement>(cacheBytes, ({ sent }) => 2 * sent.length);

  /** Throws a `StartupError` with all that is wrong with the entries. */
  static async from(entries: readonly ManifestEntry[]): Promise<TrustedList> {
    const list = new TrustedList();
    const problems = await inSlices(list.#addAll(entries), sliceMs);
    if (problems.length > 0) {
      throw new StartupError('configuration', problems.slice(0, mostProblems));
    }
    return list;
  }

  /** How many different texts it has. */
  get size(): number {
    return this.#byText.size;
  }

  /** Every text, in the order of the manifests. */
  get texts(): Iterable<string> {
    return this.#byText.keys();
  }

  /**
   * The text that a client knows by `id`: its own, else that of all clients. An id may be that of
   * the manifest with `sha256:` before it (GraphQL over HTTP, appendix A).
   */
  find(id: string, clientName: string | undefined): string | undefined {
    const known = this.#entries.get(id) ?? this.#entries.get(id.replace(/^sha256:/, ''));
    return (known?.get(clientName) ?? known?.get(undefined))?.text;
  }

  /** Compares a text that a client sent; `check` may throw before one is read for the first time. */
  judge(sent: string, check: (text: string) => void): Judgement {
    const known = this.#byText.get(sent) ?? this.#others.get(sent);
    if (known !== undefined) return known;
    check(sent);
    const judgement = this.#judged(sent);
    this.#others.set(sent, judgement);
    return judgement;
  }

  #judged(sent: string): Judgement {
    const read = readText(sent);
    if ('reason' in read) return { sent, listed: undefined, isIntrospection: false };
    const { fingerprint, isIntrospection } = read;
    return { sent, listed: this.#byFingerprint.get(fingerprint), isIntrospection };
  }

  *#addAll(entries: readonly ManifestEntry[]): Steps<readonly Problem[]> {
    const problems: Problem[] = [];
    for (const entry of entries) {
      const problem = this.#add(entry);
      if (problem !== undefined) problems.push(problem);
      yield;
    }
    return problems;
  }

  #add(entry: ManifestEntry): Problem | undefined {
    const { id, clientName, text } = entry;
    const ofId = this.#entries.get(id) ?? new Map<string | undefined, ManifestEntry>();
    const other = ofId.get(clientName);
    if (other !== undefined && other.text !== text) return conflict(entry, other);
    this.#entries.set(id, ofId.set(clientName, entry));
    if (this.#byText.has(text)) return undefined;
    const read = readText(text);
    if ('reason' in read) return noDocument(entry, read.reason);
    const { fingerprint, isIntrospection } = read;
    this.#byText.set(text, { sent: text, listed: text, isIntrospection });
    if (!this.#byFingerprint.has(fingerprint)) this.#byFingerprint.set(fingerprint, text);
    return undefined;
  }
}

function conflict({ id, file, place }: ManifestEntry, other: ManifestEntry): Problem {
  const message = `${place}: the id "${id}" stands for another text at ${other.file} ${other.place}`;
  return { code: 'TRUSTED_DOCUMENT_CONFLICT', message, file };
}

function noDocument({ id, file, place }: ManifestEntry, reason: string): Problem {
  return { code: 'INVALID_GRAPHQL', message: `${place} ("${id}"): ${reason}`, file };
}
