import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  ask,
  authSchemeContract,
  guarded,
  refusal,
  type SchemeFixture,
} from '../../contracts/auth-scheme.ts';
import { gatehouse } from '../../harness/command.ts';
import { send } from '../../harness/federation.ts';

const good = 'gk_a-key-that-was-handed-out';
const hashOf = (key: string) => `sha256:${hash('sha256', key)}`;
const answered = { status: 200, body: { data: { motto: 'onwards' } } };
const challenge = 'ApiKey realm="gatehouse"';
const refused = (message: string) => ({ status: 401, body: refusal(message), challenge });
const mira = { hash: hashOf(good), roles: ['staff'], scopes: ['read'], rateClass: 'gold' };

async function fixture(): Promise<SchemeFixture> {
  return {
    options: { apiKey: { keys: { mira } } },
    good: { 'x-api-key': good },
    bad: { 'x-api-key': 'gk_a-key-of-nobody' },
    secrets: [good, 'gk_a-key-of-nobody'],
    challenge,
    caller: {
      scopes: ['read'],
      claims: { sub: 'mira', scope: ['read'], roles: ['staff'], rateClass: 'gold' },
    },
    async [Symbol.asyncDispose]() {},
  };
}

authSchemeContract(fixture);

test('a key ends after its last day, or at its end', async () => {
  const ends = { day: '2020-06-30', moment: '2020-06-30T12:00:00+02:00', later: '2999-12-31' };
  const keys = Object.entries(ends).map(([key, expires]) => [key, { hash: hashOf(key), expires }]);
  await using gateway = await guarded({ own: { apiKey: { keys: Object.fromEntries(keys) } } });
  for (const key of ['day', 'moment']) {
    expect(await ask(gateway, { 'x-api-key': key })).toEqual(refused('The key has expired'));
  }
  expect(await ask(gateway, { 'x-api-key': 'later' })).toEqual(answered);
});

test('a key that the command makes is good under its hash', async () => {
  const { code, stdout } = await gatehouse(['auth', 'key', '--format', 'json']);
  const made = JSON.parse(stdout);
  expect([code, made]).toEqual([
    0,
    { key: expect.stringMatching(/^gk_[\w-]{43}$/), hash: hashOf(made.key) },
  ]);
  const keys = { mira: { hash: made.hash } };
  await using gateway = await guarded({ own: { apiKey: { keys } } });
  expect(await ask(gateway, { 'x-api-key': made.key })).toEqual(answered);
  expect((await gatehouse(['auth', 'key'])).stdout).toMatch(
    /^key {3}gk_\S+\nhash {2}sha256:\S+\n$/,
  );
});

test('a key is looked for where it is said to be, and nowhere else', async () => {
  const options = { header: 'X-Key', query: 'key', cookie: 'key', keys: { mira } };
  await using gateway = await guarded({ own: { apiKey: options } });
  for (const headers of [{ 'x-key': good }, { cookie: `key=${good}` }]) {
    expect(await ask(gateway, headers)).toEqual(answered);
  }
  const { url } = gateway.gateway;
  expect((await send(`${url}?key=${good}`, { query: '{ motto }' })).status).toBe(200);
  expect((await send(`${url}?key=${good}&key=x`, { query: '{ motto }' })).status).toBe(401);
  expect(await ask(gateway, { 'x-api-key': good, authorization: `Bearer ${good}` })).toEqual(
    answered,
  );
  expect(gateway.callers.map((caller) => caller?.subject)).toEqual([
    'mira',
    'mira',
    'mira',
    undefined,
  ]);
});

describe('a file of keys', () => {
  async function withFile(text: string) {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
    const keysFile = join(folder, 'keys.yaml');
    const dispose = () => rm(folder, { recursive: true });
    await writeFile(keysFile, text);
    try {
      const gateway = await guarded({ own: { apiKey: { keysFile, keys: { mira } } } });
      return {
        gateway,
        keysFile,
        async [Symbol.asyncDispose]() {
          await gateway[Symbol.asyncDispose]();
          await dispose();
        },
      };
    } catch (failure) {
      await dispose();
      throw failure;
    }
  }

  const keysOf = (...keys: readonly string[]) => {
    return `keys:\n${keys.map((key) => `  ${key}: { hash: "${hashOf(key)}" }\n`).join('')}`;
  };

  test('is followed while the gateway runs, and what is broken is refused', async () => {
    await using served = await withFile(keysOf('one', 'two'));
    const { gateway, keysFile } = served;
    const statuses = async () => {
      const keys = ['one', 'two', 'three', good];
      return Promise.all(
        keys.map(async (key) => (await ask(gateway, { 'x-api-key': key })).status),
      );
    };
    expect(await statuses()).toEqual([200, 200, 401, 200]);
    const again = gateway.logged('A file of credentials was read again');
    await writeFile(keysFile, keysOf('two', 'three'));
    await again;
    expect(await statuses()).toEqual([401, 200, 200, 200]);
    for (const [count, text] of ['keys: { a: {} }', ''].entries()) {
      const broken = gateway.logged('A file of credentials is refused', count + 1);
      await writeFile(keysFile, text);
      await broken;
      expect(await statuses()).toEqual([401, 200, 200, 200]);
    }
  });

  test('has to be good at the start, and says where it is not', async () => {
    const starting = withFile('keys:\n  a: { hash: "md5:0" }\n');
    await expect(starting).rejects.toMatchObject({
      problems: [
        { code: 'INVALID_VALUE', line: 2, column: 14, file: expect.stringMatching(/keys.yaml$/) },
      ],
    });
  });
});
