import type { Caller, Presented } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { claimAt, scopesOf } from '../caller.ts';
import { toldOf } from '../policies/policies.ts';
import { readRule } from '../policies/rule.ts';
import type { AllowOptions } from './options.ts';

/** A request as rules see it. */
export type JudgedRequest = Pick<Presented, 'headers' | 'clientAddress' | 'url'> & {
  readonly method: string;
};

/**
 * Who is let in: throws `UNAUTHENTICATED` for a caller who is not known, else `FORBIDDEN`. Where
 * scopes are what is missing, that says so after `challenge`, if it is of bearer tokens: RFC 6750,
 * section 3.1.
 */
export type Admission = (
  caller: Caller | undefined,
  request: JudgedRequest,
  challengeOf?: (caller: Caller) => string | undefined,
) => void;

type Test = (caller: Caller, request: JudgedRequest) => boolean;

/**
 * The rule as a function. Without one, whoever is known is let in, where callers are looked at at
 * all. What cannot be told is a no.
 */
export function admission(allow: AllowOptions | undefined): Admission {
  const tests = testsOf(allow ?? {});
  const scopes = allow?.scopes;
  return (caller, request, challengeOf) => {
    if (caller === undefined) {
      throw new GatewayError('UNAUTHENTICATED', 'Authentication is required');
    }
    if (tests.every((test) => test(caller, request))) return;
    const lacksScopes = scopes !== undefined && !hasScopes(caller, scopes);
    const headers = lacksScopes ? insufficient(scopes, challengeOf?.(caller)) : {};
    throw new GatewayError('FORBIDDEN', 'You are not allowed to do this', { headers });
  };
}

/** Scopes as a challenge may tell of them: RFC 6750, section 3. */
const tellable = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

function insufficient([first = []]: readonly (readonly string[])[], challenge = '') {
  if (!challenge.startsWith('Bearer ')) return {};
  const wanted = first.join(' ');
  const scope = tellable.test(wanted) ? `, scope="${wanted}"` : '';
  return { 'www-authenticate': `${challenge}, error="insufficient_scope"${scope}` };
}

function testsOf({ roles, scopes, claims, when }: AllowOptions | Record<string, never>): Test[] {
  const tests: Test[] = [];
  if (roles) tests.push((caller) => caller.roles?.some((role) => roles.includes(role)) === true);
  if (scopes) tests.push((caller) => hasScopes(caller, scopes));
  for (const [path, wanted] of Object.entries(claims ?? {})) {
    const values = [wanted].flat();
    tests.push((caller) => hasClaim(caller, path, values));
  }
  if (when !== undefined) tests.push(testWhen(when));
  return tests;
}

function hasScopes(caller: Caller, anyOf: readonly (readonly string[])[]): boolean {
  const held = new Set(scopesOf(caller));
  return anyOf.some((all) => all.every((scope) => held.has(scope)));
}

/** Of a claim that is a list, one entry is enough. */
function hasClaim({ claims }: Caller, path: string, wanted: readonly unknown[]): boolean {
  return [claimAt(claims, path)].flat().some((value) => wanted.includes(value));
}

function testWhen(text: string): Test {
  const rule = readRule(text);
  // Rules are checked with the configuration.
  if (rule instanceof Error) throw rule;
  return (caller, { method, url = '/', headers, clientAddress }) => {
    const [path = '/'] = url.split('?');
    const request = { method, path, headers: { ...headers }, clientAddress };
    try {
      return rule({ caller: toldOf(caller), operation: {}, request });
    } catch {
      return false;
    }
  };
}
