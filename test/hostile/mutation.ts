import type { Choices } from '../conformance/choices.ts';

/** Requests as clients send them, which are mutated. */
const bodies = [
  '{"query":"{ __typename }"}',
  '{"query":"query A($i: Input, $n: Int) { echo(number: $n, input: $i) }","operationName":"A","variables":{"n":7,"i":{"text":"x","input":{"text":"y"}}},"extensions":{}}',
  '{"query":"mutation { save }"}',
  '{"query":"{ ...F } fragment F on Query { a: __typename @include(if: true) echo(text: \\"é\\") }"}',
  '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00000000000000000000000000000000"}}}',
  '[{"query":"{ __typename }"},{"query":"{ a: __typename }"}]',
].map((text) => Buffer.from(text));

/** What parsers of JSON, of GraphQL and of numbers take specially. */
const bodyTokens = [
  ...['null', 'true', '[]', '{}', '[[[[', '{"a":', '"', '\\', '\\u0000', '\\ud800', '\0', '\ufeff'],
  ...['1e400', '-0', '9'.repeat(400), '0x1', 'NaN', '__proto__', 'constructor', 'toString', '""""'],
  ...[
    'query',
    'subscription',
    'fragment F on Query{...F}',
    '__schema{types{name}}',
    '@skip(if:$x)',
  ],
  ...[
    '$a:[[Int!]!]!=',
    '...',
    '#',
    '\u2028',
    '\u202e',
    '{'.repeat(600),
    '"""',
    '&',
    '|',
    '/*',
    '//',
  ],
].map((text) => Buffer.from(text));

const headLines = [
  'Host: a',
  'Content-Type: application/json',
  'Accept: application/graphql-response+json, application/json;q=0.9',
  'Accept-Encoding: gzip, br',
  'User-Agent: client/1.0 (a; b)',
  'Cookie: a=b; c=d',
  'X-Request-Id: 1234-abcd',
  'Apollo-Require-Preflight: true',
  'Authorization: Bearer a.b.c',
  'Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
];

/** What readers of a head take specially. */
const headTokens = [
  ...['\r\n', '\n', '\r', '\0', ':', ' :', ' ', '\t', '\x0b', '\x7f', '\xff', ',', ';', '"', '\\'],
  ...['Host: b\r\n', 'Content-Length: 0\r\n', 'Content-Length: 99999999999999999999\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: xchunked\r\n', 'chunked, identity'],
  ...['Content-Encoding: gzip\r\n', 'Content-Encoding: br\r\n', 'Expect: 100-continue\r\n'],
  ...['Connection: close, Content-Length\r\n', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'],
  ...['Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n'],
  ...[
    'HTTP/1.0',
    'HTTP/2.0',
    'HTTP/0.9',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'CONNECT a:1',
    'TRACE',
  ],
  ...['%', '%00', '%c3%28', '..%2f', '//', '?query={__typename}', '#', 'http://b/', '[::1%25a]'],
  ...['__proto__: x\r\n', 'constructor: x\r\n', 'Accept: */*;q=\r\n', 'Content-Type: a/b;c="\r\n'],
  ...['Accept-Language: 0\r\n'.repeat(120), `X: ${'x'.repeat(5_000)}\r\n`],
].map((text) => Buffer.from(text, 'latin1'));

/** Makes requests out of good ones, by changes at random. */
export class Mutation {
  readonly #choices: Choices;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** A whole request, whose head is right and whose body was mutated. */
  body(): Buffer {
    const body = this.#mutated(this.#choices.pick(bodies), bodyTokens);
    const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
    return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
  }

  /** A request whose head was mutated, so that nobody knows where it ends; or one of a wrong length. */
  head(): Buffer {
    const body = this.#choices.pick(bodies);
    const length = this.#choices.chance(20) ? this.#choices.below(2 * body.length) : body.length;
    const lines = this.#choices.some(headLines, 60);
    const text = `${this.#line()}\r\n${lines.join('\r\n')}\r\nContent-Length: ${length}\r\n\r\n`;
    return Buffer.concat([this.#mutated(Buffer.from(text), headTokens), body]);
  }

  #line(): string {
    const method = this.#choices.pick(['POST', 'GET', 'OPTIONS', 'HEAD', 'PUT']);
    const target = this.#choices.pick(['/graphql', '/graphql?query={__typename}', '/', '*']);
    return `${method} ${target} HTTP/1.1`;
  }

  #mutated(good: Buffer, tokens: readonly Buffer[]): Buffer {
    let bytes: Buffer = Buffer.from(good);
    const changes = this.#choices.below(5);
    for (let done = 0; done < changes; done += 1) bytes = this.#changed(bytes, tokens);
    return bytes;
  }

  #changed(bytes: Buffer, tokens: readonly Buffer[]): Buffer {
    const at = this.#choices.below(bytes.length + 1);
    const to = Math.min(bytes.length, at + this.#choices.below(20));
    switch (this.#choices.below(6)) {
      case 0:
        return flipped(bytes, at, this.#choices.below(8));
      case 1:
        return bytes.subarray(0, at);
      case 2:
        return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
      case 4:
        return Buffer.concat([
          bytes.subarray(0, at),
          Buffer.from([this.#choices.below(256)]),
          bytes.subarray(to),
        ]);
      default:
        return Buffer.concat([
          bytes.subarray(0, at),
          this.#choices.pick(tokens),
          bytes.subarray(to),
        ]);
    }
  }
}

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << bit);
  return copy;
}
