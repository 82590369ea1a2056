import { describe, expect, test } from '@jest/globals';
import { mtlsOptions } from '../../../src/auth/schemes/mtls/options.ts';
import { rolesBy } from '../../../src/auth/schemes/mtls/rules.ts';

describe('rules', () => {
  const facts = {
    subject: String.raw`CN=device-1,OU=a+O=Shop\, Inc.,C=DE`,
    commonName: 'device-1',
    issuer: 'CN=authority',
    serial: '01',
    fingerprint: 'ab'.repeat(32),
    dns: ['one.shop.test', 'two.shop.test'],
    uri: ['spiffe://shop.test/ns/a/sa/web'],
    email: ['mira@shop.test'],
    notBeforeMs: 0,
    notAfterMs: 0,
  };

  test.each([
    [{ subject: String.raw`CN=device-*,OU=a+O=Shop\, Inc.,C=DE` }, true],
    [{ subject: 'CN=*,OU=*+O=*,C=*' }, true],
    [{ subject: ['CN=nobody', 'CN=*,OU=*+O=*,C=DE'] }, true],
    [{ subject: 'CN=device-*' }, false],
    [{ subject: '*' }, false],
    [{ subject: 'CN=device-*,C=DE' }, false],
    [{ subject: 'cn=device-1,OU=*+O=*,C=DE' }, false],
    [{ dns: 'two.shop.test' }, true],
    [{ dns: '*.SHOP.test' }, true],
    [{ dns: '*.test' }, false],
    [{ dns: 'one.shop.tes.' }, false],
    [{ uri: 'spiffe://shop.test/ns/*/sa/web' }, true],
    [{ uri: 'spiffe://shop.test/*' }, false],
    [{ email: '*@shop.test' }, true],
    [{ email: '*' }, false],
    [{ fingerprint: `${'AB:'.repeat(31)}AB` }, true],
    [{ fingerprint: 'ac'.repeat(32) }, false],
    [{ dns: 'one.shop.test', email: '*@elsewhere.test' }, false],
    [{ dns: 'one.shop.test', email: '*@shop.test' }, true],
  ])('%j', (rule, fits) => {
    const { allow } = mtlsOptions.parse({ allow: [{ ...rule, roles: ['one'] }] });
    expect(rolesBy(allow)(facts)).toEqual(fits ? ['one'] : undefined);
  });

  test('give the roles of all that fit; without any, every certificate will do', () => {
    const rules = [
      { dns: '*.shop.test', roles: ['a', 'b'] },
      { email: '*@shop.test', roles: ['b', 'c'] },
      { email: '*@elsewhere.test', roles: ['d'] },
    ];
    expect(rolesBy(mtlsOptions.parse({ allow: rules }).allow)(facts)).toEqual(['a', 'b', 'c']);
    expect(rolesBy([])(facts)).toEqual([]);
  });

  test('say which certificates they are for, and proxies where they are', () => {
    const wrong = { allow: [{ roles: ['staff'] }], header: { from: ['10.0.0.0/33', 'proxy'] } };
    const { error } = mtlsOptions.safeParse(wrong);
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([
      'allow.0',
      'header.from.0',
      'header.from.1',
    ]);
  });
});
