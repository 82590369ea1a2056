import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atOnce } from '../../src/lib/in-slices.ts';
import { parseLong } from '../../src/subgraph/long-json.ts';
import { jsonTexts } from '../hostile/json-texts.ts';
import { lost, profilesServer, seen, twice, whole, withProfilesAt } from './broken.ts';

const deep = 1_000;

/** What a parser makes of a text: the value as JSON, or that there is none. */
function outcome(parse: () => unknown): string {
  try {
    return `${JSON.stringify(parse())}`;
  } catch (thrown) {
    return (thrown as Error).name;
  }
}

const sliced = (text: string, pieceBytes: number): string =>
  outcome(() => atOnce(parseLong(Buffer.from(text), deep, pieceBytes)));

function expectEqual(text: string, pieceBytes: number): void {
  expect([text, sliced(text, pieceBytes)]).toEqual([text, outcome(() => JSON.parse(text))]);
}

describe('long JSON is read as JSON.parse reads it', () => {
  const texts = jsonTexts
    .flatMap(({ valid, invalid, free }) => [...valid, ...invalid, ...free])
    .filter((text) => typeof text === 'string')
    .filter((text) => text.length < 10_000);

  test.each([0, 1, 3, 10])('in pieces of %d bytes: single texts', (pieceBytes) => {
    for (const text of texts) {
      expectEqual(text, pieceBytes);
      expectEqual(`{"a":${text},"b":[${text}]}`, pieceBytes);
      expectEqual(`[[0],${text} , {"__proto__":${text}}]`, pieceBytes);
    }
  });

  test('in pieces of any size: any value', () => {
    const spaces = fc.constantFrom(undefined, 1, '\t');
    const pieces = fc.nat({ max: 40 });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), spaces, pieces, (value, space, pieceBytes) => {
        expectEqual(JSON.stringify(value, undefined, space), pieceBytes);
      }),
      { numRuns: 500 },
    );
  });

  test('in pieces of any size: values with a character too many, or one too few', () => {
    const character = fc.constantFrom(...',:[]{}"0 \\a\n');
    const json = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(json, fc.nat(), character, fc.nat({ max: 40 }), (text, place, more, size) => {
        const at = place % (text.length + 1);
        expectEqual(text.slice(0, at) + more + text.slice(at), size);
        expectEqual(text.slice(0, at) + text.slice(at + 1), size);
      }),
      { numRuns: 500 },
    );
  });

  test('with the last of several equal keys', () => {
    for (const size of [0, 5, 12]) expectEqual('{"a":{"b":1},"a":[1,2,3],"c":1,"a":{}}', size);
  });
});

test('JSON that is nested too deeply is not read', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(sliced(nested(deep), 100)).toBe(nested(deep));
  expect(sliced(nested(deep + 1), 100)).toBe('RangeError');
});

describe('an answer that is too long to be read at once', () => {
  /** What nobody asked for goes before what was. */
  const longer = (answer: string, more: string) =>
    answer.replace('{"data":{', `{"data":{"x":[${'"\u00e9\\\\\\"",'.repeat(150_000)}${more}],`);
  const malformed = (what: string) =>
    lost(`answered with ${what}`, 'SUBREQUEST_MALFORMED_RESPONSE');

  test.each([
    ['is read', '1', whole],
    ['is refused when it is no JSON', '01', malformed('a body that is not JSON')],
    [
      'is refused when it is nested too deeply',
      `${'['.repeat(498)}${']'.repeat(498)}`,
      malformed('data that is nested too deeply'),
    ],
  ])('%s', async (_title, more, body) => {
    await using server = await profilesServer((answer, _request, response) => {
      response.end(longer(answer, more));
    });
    await using federation = await withProfilesAt(server.url);
    expect(seen(await federation.send(twice))).toEqual({ status: 200, body });
  });
});
