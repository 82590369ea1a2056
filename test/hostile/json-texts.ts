/** What RFC 8259 says of a text: that it is JSON, that it is not, or nothing that binds parsers. */
export type Verdict = 'valid' | 'invalid' | 'free';

/** Texts of each verdict, by the part of the grammar that they try. */
export type JsonTexts = Readonly<Record<Verdict, readonly (string | Buffer)[]>>;

const spaces = [' ', '\t', '\n', '\r'];
const controls = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));
const quoted = (texts: readonly string[]) => texts.map((text) => `"${text}"`);

const integers = ['0', '-0', '1', '-1', '10', '-123', '123456789'];
const fractions = ['', '.0', '.5', '.123'];
const exponents = ['', 'e5', 'E5', 'e+5', 'E-5', 'e0', 'e007'];

const numbers: JsonTexts = {
  valid: integers.flatMap((integer) =>
    fractions.flatMap((fraction) => exponents.map((exponent) => integer + fraction + exponent)),
  ),
  invalid: [
    ...[
      '+1',
      '++1',
      '--1',
      '-',
      '- 1',
      '01',
      '-01',
      '00',
      '1.',
      '-1.',
      '.1',
      '-.1',
      '0.e1',
      '1.e1',
    ],
    ...[
      '1e',
      '1E',
      '1e+',
      '1E-',
      '1eE2',
      '1ea',
      '1e1.5',
      '1.2.3',
      '.',
      '.e1',
      '1a',
      '1 000',
      '1_000',
    ],
    ...[
      '0x',
      '0x1F',
      '0b1',
      '0o7',
      '1n',
      'NaN',
      '-NaN',
      'Infinity',
      '+Infinity',
      '-Infinity',
      'Inf',
    ],
    ...['\uff11', '\u0661', '1\u00b2', '-foo', '1+2', '1-', '2.e-3', '1f'],
  ],
  free: ['1e400', '-1e400', '1e-400', '9'.repeat(400), `0.${'4'.repeat(400)}e-66999`],
};

const literals: JsonTexts = {
  valid: ['true', 'false', 'null'],
  invalid: [
    'True',
    'TRUE',
    'tru',
    'truee',
    'fals',
    'False',
    'nul',
    'nulll',
    'NULL',
    'undefined',
    'a',
  ],
  free: [],
};

const strings: JsonTexts = {
  valid: quoted([
    ...[
      '',
      'a',
      ' ',
      "'",
      '/',
      '\u007f',
      '\u00e9',
      '\u2028\u2029',
      '\ufeff',
      '\uffff',
      '\u{10ffff}',
    ],
    ...['\\"', '\\\\', '\\/', '\\b', '\\f', '\\n', '\\r', '\\t', '\\u0000', '\\u001f', '\\u00e9'],
    ...[
      '\\uD834\\uDD1E',
      '\\ud834\\udd1e',
      '\\uFFFF',
      '\\u0022',
      '\\u005c',
      '\\\\u0000',
      '\\\\\\"',
    ],
  ]),
  invalid: [
    ...quoted(controls),
    ...quoted(['\\a', '\\v', '\\e', '\\0', "\\'", '\\ ', '\\x41', '\\U0041', '\\\u00e9', '\\\n']),
    ...quoted([
      '\\u',
      '\\u0',
      '\\u00',
      '\\u000',
      '\\u00G0',
      '\\u{41}',
      '\\u-041',
      '\\u 041',
      '"',
      '\\',
    ]),
    ...["'a'", '`a`', '"a', 'a"', '"', '\u201ca\u201d', '"a"b', '"a""b"', '\\"a"', '"a\\'],
  ],
  free: quoted([
    '\\ud800',
    '\\udc00',
    '\\ud800\\ud800',
    '\\udd1e\\ud834',
    '\\ud800a',
    '\\ud800\\n',
  ]),
};

const structures: JsonTexts = {
  valid: [
    ...[
      '[]',
      '{}',
      '[[]]',
      '[{}]',
      '{"":0}',
      '{"a":1,"b":2}',
      '{"a":1,"a":2}',
      '[1,2]',
      '{"\\u0061":1}',
    ],
    ...['{"__proto__":1}', '{"constructor":{"prototype":1}}', '[null,true,"a",1,{},[]]'],
    ...spaces.flatMap((space) => [`${space}[${space}1${space},${space}2${space}]${space}`]),
    ...spaces.map((space) => `{${space}"a"${space}:${space}1${space}}`),
  ],
  invalid: [
    ...[
      '',
      ' ',
      '[',
      ']',
      '{',
      '}',
      '[[',
      '[]]',
      '[}',
      '{]',
      '[{',
      '{[',
      '[1',
      '[1,',
      '[1,]',
      '[,1]',
    ],
    ...[
      '[,]',
      '[1,,2]',
      '[1 2]',
      '[1:2]',
      '[1;2]',
      '(1)',
      '<1>',
      '1,',
      ',1',
      ',',
      ':',
      '1 2',
      '{}{}',
      '[][]',
    ],
    ...[
      '{"a"}',
      '{"a":}',
      '{"a":1,}',
      '{,}',
      '{"a":1,,"b":2}',
      '{"a" 1}',
      '{"a"::1}',
      '{"a"=1}',
      '{:1}',
    ],
    ...[
      '{a:1}',
      "{'a':1}",
      '{1:1}',
      '{null:1}',
      '{"a":1 "b":2}',
      '{"a":1',
      '{"a":',
      '{"a"',
      '{"a',
      '{[]:1}',
    ],
    ...[
      '[1]//',
      '//\n[1]',
      '[1]/**/',
      '[/**/1]',
      '#\n[1]',
      '[1]#',
      '<!--[1]',
      '[1]\0',
      '\0[1]',
      '[1];',
    ],
    ...['\f', '\v', '\u00a0', '\u2028', '\u2060', '\u3000', '\u0085', '\u180e', '\\n'].map(
      (space) => `[${space}1]`,
    ),
    ...[
      '[1]x',
      'x[1]',
      '*',
      '[*]',
      '[...[1]]',
      '@',
      '$',
      '&',
      '%00',
      '[true false]',
      '{"a":b}',
      '[a]',
    ],
    '['.repeat(100_000),
    '{"a":'.repeat(50_000),
  ],
  free: [`${'['.repeat(500)}${']'.repeat(500)}`, `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`],
};

/** A byte order mark may be ignored, and what is no UTF-8 is no text at all. */
const encodings: JsonTexts = {
  valid: [],
  invalid: [
    ...[
      [0xff],
      [0xc0, 0x80],
      [0xc3],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf4, 0xbf, 0xbf, 0xbf],
      [0x80],
    ].map((bytes) => Buffer.concat([Buffer.from('["'), Buffer.from(bytes), Buffer.from('"]')])),
    Buffer.from('["a"]', 'utf16le'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('["a"]', 'utf16le')]),
    '\ufeff\ufeff[]',
    Buffer.from([0xef, 0xbb]),
  ],
  free: ['\ufeff[]', '\ufeff'],
};

/** Values, which are right or wrong wherever they stand, and whole texts. */
export const jsonValues: readonly JsonTexts[] = [numbers, literals, strings];
export const jsonTexts: readonly JsonTexts[] = [...jsonValues, structures, encodings];
