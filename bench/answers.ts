import { isDeepStrictEqual } from 'node:util';
import type { BenchCaller } from './caller.ts';
import type { Case } from './cases.ts';
import type { Contender } from './contenders.ts';
import { bodyOf } from './load.ts';
import type { Services } from './services.ts';
import { placeholder, token } from './token.ts';

/** What one request by itself takes, while all services are equally slow. */
export interface Alone {
  readonly fetches: number;
  readonly bytes: number;
}

/** Longer than a gateway computes between two fetches, so that what can join does join. */
const delayMs = 50;

/**
 * Asks every contender the same twice and compares what they say, whatever the order of keys.
 * Throws when an answer has errors or is not that of the first contender.
 */
export async function compareAnswers(
  asked: Case,
  contenders: readonly Contender[],
  services: Services,
  caller: BenchCaller,
): Promise<ReadonlyMap<string, Alone>> {
  const alone = new Map<string, Alone>();
  let expected: unknown;
  await services.delay(delayMs);
  for (const { name, url } of contenders) {
    for (const number of [1, 2]) {
      const before = await services.work();
      const text = await ask(url, asked, caller, token(number));
      const { requests } = await services.work();
      const answer: unknown = JSON.parse(text.replaceAll(token(number), placeholder));
      expected ??= answer;
      if (!isAnswer(answer) || !isDeepStrictEqual(answer, expected)) {
        throw new Error(`${name} answers ${asked.name} otherwise: ${text.slice(0, 2_000)}`);
      }
      alone.set(name, { fetches: requests - before.requests, bytes: Buffer.byteLength(text) });
    }
  }
  await services.delay(0);
  return alone;
}

async function ask(
  url: string,
  asked: Case,
  { headers }: BenchCaller,
  token: string,
): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...withToken(headers, token) },
    body: bodyOf(asked).replaceAll(placeholder, token),
  });
  return response.text();
}

function withToken(headers: BenchCaller['headers'], token: string): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value.replace(placeholder, token)]),
  );
}

function isAnswer(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || 'errors' in answer) return false;
  return 'data' in answer && answer.data !== null;
}
