import { createPublicKey } from 'node:crypto';
import type { SchemeSetup } from '../../scheme.ts';
import { WatchedFile } from '../../watched-file.ts';
import { type KeySource, Keys } from './keys.ts';
import { usableKeys } from './usable-keys.ts';

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g;

/** The keys of an issuer, from a file: a JSON Web Key Set, or PEM. */
export class FileKeys implements KeySource {
  readonly #file: WatchedFile<Keys>;

  private constructor(file: WatchedFile<Keys>) {
    this.#file = file;
  }

  /** Throws a `StartupError` for a file without keys that can be used. */
  static async open(file: string, setup: SchemeSetup): Promise<FileKeys> {
    return new FileKeys(await WatchedFile.open(file, readKeys, setup));
  }

  get keys(): Keys {
    return this.#file.content;
  }

  renew(): void {}

  async newerThan(): Promise<Keys> {
    return this.keys;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}

function readKeys(text: string): Keys {
  const isPem = text.includes('-----BEGIN');
  const found = usableKeys(isPem ? { keys: fromPem(text) } : JSON.parse(text));
  if ('problem' in found) throw new Error(found.problem);
  return new Keys(found.keys, !isPem);
}

/** Public keys and certificates; a private key has no business here. */
function fromPem(text: string): readonly object[] {
  return [...text.matchAll(pemBlock)].map(([block, kind]) => {
    if (kind?.includes('PRIVATE')) throw new Error('It has a private key: give its public one');
    return createPublicKey(block).export({ format: 'jwk' });
  });
}
