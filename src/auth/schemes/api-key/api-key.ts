import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Caller, Presented } from '../../../context.ts';
import { StartupError } from '../../../errors.ts';
import { readYaml } from '../../../yaml/read.ts';
import { credentialAt, type Place } from '../../credentials.ts';
import { CredentialRefused, realm, type Scheme, type SchemeSetup } from '../../scheme.ts';
import { WatchedFile } from '../../watched-file.ts';
import { type ApiKeyOptions, type ApiKeys, keysFile } from './options.ts';

/** Callers by the hash of their key. */
type Holders = ReadonlyMap<string, Caller>;

/** Opens `apiKey`; throws a `StartupError` for a file of keys that cannot be used. */
export async function openApiKey(options: ApiKeyOptions, setup: SchemeSetup): Promise<Scheme> {
  const { keys, keysFile: file } = options;
  const own = holders(keys, setup.name);
  if (file === undefined) return new ApiKey(options, setup, () => own);
  const parse = (text: string) => new Map([...own, ...holders(parseKeys(text, file), setup.name)]);
  const watched = await WatchedFile.open(file, parse, setup);
  return new ApiKey(options, setup, () => watched.content, watched);
}

/**
 * Keys that were handed out. They are found by their SHA-256, which tells who measures the time of
 * a look-up nothing of the keys that are there.
 */
class ApiKey implements Scheme {
  readonly challenge = `ApiKey ${realm}`;
  readonly #places: readonly Place[];
  readonly #setup: SchemeSetup;
  readonly #holders: () => Holders;
  readonly #file: AsyncDisposable | undefined;

  constructor(
    options: ApiKeyOptions,
    setup: SchemeSetup,
    holders: () => Holders,
    file?: AsyncDisposable,
  ) {
    this.#places = placesOf(options);
    this.#setup = setup;
    this.#holders = holders;
    this.#file = file;
  }

  authenticate(request: Presented): Caller | undefined {
    for (const place of this.#places) {
      const key = credentialAt(place, request);
      if (key !== undefined) return this.#holder(key);
    }
    return undefined;
  }

  #holder(key: string): Caller {
    const caller = this.#holders().get(hash('sha256', key));
    if (caller === undefined) {
      throw new CredentialRefused('unknown', 'The key is not known', { isForeign: true });
    }
    if (caller.expiresAtMs !== undefined && caller.expiresAtMs <= this.#setup.now()) {
      throw new CredentialRefused('expired', 'The key has expired');
    }
    return caller;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.[Symbol.asyncDispose]();
  }
}

function placesOf({ header, query, cookie }: ApiKeyOptions): readonly Place[] {
  const places = [
    ...(header === undefined ? [] : [{ header }]),
    ...(query === undefined ? [] : [{ query }]),
    ...(cookie === undefined ? [] : [{ cookie }]),
  ];
  return places.length === 0 ? [{ header: 'x-api-key' }] : places;
}

function holders(keys: ApiKeys, scheme: string): Holders {
  return new Map(
    Object.entries(keys).map(([subject, { hash, scopes, roles, expires, rateClass }]) => {
      const rate = rateClass === undefined ? {} : { rateClass };
      const claims = { sub: subject, scope: scopes, roles, ...rate };
      const end = expires === undefined ? {} : { expiresAtMs: expires };
      return [hash.replace('sha256:', ''), { scheme, subject, scopes, roles, claims, ...end }];
    }),
  );
}

function parseKeys(text: string, file: string): ApiKeys {
  const input = { text, file, environment: {}, folder: dirname(file), overrides: [] };
  const { checked } = readYaml(keysFile, input);
  // An empty file is more likely one that is just being written than one without keys.
  if (Object.keys(checked.keys).length > 0) return checked.keys;
  const message = 'The file has no keys';
  throw new StartupError('configuration', [{ code: 'MISSING_KEY', message, file }]);
}
