import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RawClient, rawClient } from '../edge/raw-client.ts';
import { jsonTexts, jsonValues, type Verdict } from './json-texts.ts';
import { underPassRule } from './pass-rule.ts';
import { type Shop, startShop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await startShop({ production: true });
});
afterAll(async () => shop?.[Symbol.asyncDispose]());

const ofVerdict = (verdict: Verdict, texts: typeof jsonTexts) =>
  texts.flatMap((each) => each[verdict]);

/** A request that is right but for what stands in its extensions. */
const around = (value: string | Buffer) =>
  Buffer.concat([
    Buffer.from('{"query":"{ __typename }","extensions":{"x":'),
    Buffer.from(value),
    Buffer.from('}}'),
  ]);

const notJson =
  '{"errors":[{"message":"Invalid JSON in the request body","extensions":{"code":"BAD_REQUEST"}}]}';
const notUtf8 =
  '{"errors":[{"message":"The request body is not valid UTF-8","extensions":{"code":"BAD_REQUEST"}}]}';

/** Status and body of each reply, over one connection: no body may end it. */
async function replies(bodies: readonly (string | Buffer)[]) {
  await using client: RawClient = await rawClient(Number(new URL(shop.url).port));
  const seen: { readonly sent: string; readonly status: number; readonly body: string }[] = [];
  for (const each of bodies) {
    const bytes = Buffer.from(each);
    const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n';
    client.send(
      Buffer.concat([Buffer.from(`${head}Content-Length: ${bytes.length}\r\n\r\n`), bytes]),
    );
    const { status, body } = await client.answer();
    seen.push({ sent: bytes.toString('latin1').slice(0, 100), status, body });
  }
  return seen;
}

test('68: texts that are no JSON are refused, those that are JSON are read', async () => {
  const invalid = ofVerdict('invalid', jsonTexts);
  const valid = ofVerdict('valid', jsonTexts);
  expect(invalid.length).toBeGreaterThan(150);
  expect(valid.length).toBeGreaterThan(150);
  const rounds = await underPassRule(shop, async () => ({
    refused: await replies([...invalid, ...ofVerdict('invalid', jsonValues).map(around)]),
    read: await replies(valid),
    answered: await replies(ofVerdict('valid', jsonValues).map(around)),
    free: await replies(ofVerdict('free', jsonTexts)),
  }));
  for (const { refused, read, answered, free } of rounds) {
    const told = ({ body }: { readonly body: string }) => body === notJson || body === notUtf8;
    expect(refused.filter((each) => each.status !== 400 || !told(each))).toEqual([]);
    // JSON, but no request: what is wrong is another thing.
    expect(read.filter((each) => each.status !== 400 || told(each))).toEqual([]);
    expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
    expect(free.filter(({ status }) => status >= 500)).toEqual([]);
  }
});
