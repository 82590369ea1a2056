import type { CertificateFacts } from './certificate.ts';
import type { CertificateRule } from './options.ts';

type Test = (facts: CertificateFacts) => boolean;

/** What one star stands for: never for what parts two values, two labels or two segments. */
const withinStar = {
  subject: String.raw`(?:[^,+\\]|\\.)*`,
  dns: '[^.]*',
  uri: '[^/?#]*',
  email: '[^@]*',
};

/** The roles of a certificate that one of the rules fits; undefined where none does. */
export function rolesBy(
  rules: readonly CertificateRule[],
): (facts: CertificateFacts) => readonly string[] | undefined {
  const tests = rules.map((rule) => ({ fits: testOf(rule), roles: rule.roles }));
  return (facts) => {
    if (tests.length === 0) return [];
    const fitting = tests.filter(({ fits }) => fits(facts));
    if (fitting.length === 0) return undefined;
    return [...new Set(fitting.flatMap(({ roles }) => roles))];
  };
}

function testOf({ subject, dns, uri, email, fingerprint }: CertificateRule): Test {
  const subjects = subject?.map((text) => pattern(text, withinStar.subject));
  const names = dns?.map((text) => pattern(text.toLowerCase(), withinStar.dns));
  const uris = uri?.map((text) => pattern(text, withinStar.uri));
  const emails = email?.map((text) => pattern(text, withinStar.email));
  return (facts) =>
    fitsOne(subjects, [facts.subject]) &&
    fitsOne(names, facts.dns) &&
    fitsOne(uris, facts.uri) &&
    fitsOne(emails, facts.email) &&
    (fingerprint === undefined || fingerprint.includes(facts.fingerprint));
}

function fitsOne(patterns: readonly RegExp[] | undefined, texts: readonly string[]): boolean {
  return patterns === undefined || texts.some((text) => patterns.some((one) => one.test(text)));
}

function pattern(text: string, star: string): RegExp {
  const literals = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join(star)}$`, 'u');
}
