import { test as always, expect } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import type { Caller } from '../../src/context.ts';
import { type Federation, type FederationOptions, federate, send } from '../harness/federation.ts';

type Schemes = NonNullable<GatewayInput['auth']>;
type Test = typeof always | typeof always.skip;
type Headers = Readonly<Record<string, string>>;

/** A scheme as it is configured, and credentials for it. */
export interface SchemeFixture extends AsyncDisposable {
  readonly options: Schemes[string];
  /** Proves the caller `mira` with the role `staff`. */
  readonly good: Headers;
  /** Credentials of the same kind that prove nothing. */
  readonly bad: Headers;
  /** Parts of the credentials that nobody may find in the log. */
  readonly secrets: readonly string[];
  /** What a 401 says of the scheme. */
  readonly challenge: string;
  /** What is known of the caller beside the name and the role. */
  readonly caller: Partial<Caller>;
  /** What the gateway needs beside the scheme. Default nothing. */
  readonly more?: GatewayInput;
  /** What a refusal tells clients beside its code. Default nothing. */
  readonly told?: object;
}

/** A scheme that asks somebody else about credentials. */
export interface AskingFixture extends SchemeFixture {
  /** From now on nobody can tell whether a credential is good. */
  spoil(): Promise<void>;
}

/** A gateway whose callers can be looked at. */
export interface Guarded extends Federation {
  /** Who called, for each subgraph call so far. */
  readonly callers: readonly (Caller | undefined)[];
}

const motto = {
  sdl: 'type Query { motto: String  other: String }',
  resolvers: { Query: { motto: () => 'onwards', other: () => 'upwards' } },
};
const answered = { data: { motto: 'onwards' } };

/** Starts a gateway that accepts these schemes. */
export async function guarded(
  auth: Schemes,
  accepted: NonNullable<GatewayInput['graphql']>['auth'] = Object.keys(auth),
  more: GatewayInput = {},
  options: Partial<FederationOptions> = {},
): Promise<Guarded> {
  const callers: (Caller | undefined)[] = [];
  const federation = await federate({
    ...options,
    subgraphs: { motto },
    config: { ...more, auth, graphql: { ...more.graphql, auth: accepted } },
    layers: {
      subgraph: [
        (next) => (request, signal) => {
          callers.push(request.client.caller);
          return next(request, signal);
        },
      ],
    },
  });
  return { ...federation, callers };
}

/** Asks for the motto, and gives what a client sees. */
export async function ask(gateway: Federation, headers: Headers = {}) {
  const reply = await gateway.send('{ motto }', {}, headers);
  const challenge = reply.headers.get('www-authenticate');
  return { status: reply.status, body: reply.body, ...(challenge !== null && { challenge }) };
}

/** The body of a refusal as a whole. */
export function refusal(message: string, code = 'UNAUTHENTICATED', told = {}): object {
  return { errors: [{ message, extensions: { ...told, code } }] };
}

/** The values of a counter of the gateway, by the values of its labels. */
export async function counted(
  { gateway }: Federation,
  name = 'gatehouse_authentication_total',
): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const pattern = new RegExp(`^${name}\\{scheme="(.*)",outcome="(.*)"\\} (\\d+)$`, 'gm');
  const found = [...text.matchAll(pattern)];
  return Object.fromEntries(
    found.map(([, scheme, outcome, n]) => [`${scheme} ${outcome}`, Number(n)]),
  );
}

/** What the gateway relies on, whatever proves who calls. */
export function authSchemeContract(open: () => Promise<SchemeFixture>, test: Test = always): void {
  test('knows who calls, also of credentials that it has seen', async () => {
    await using fixture = await open();
    await using gateway = await guarded({ own: fixture.options }, ['own'], fixture.more);
    for (const _ of [1, 2]) {
      expect(await ask(gateway, fixture.good)).toEqual({ status: 200, body: answered });
    }
    const caller = { scheme: 'own', subject: 'mira', roles: ['staff'], ...fixture.caller };
    expect(gateway.callers).toEqual([
      expect.objectContaining(caller),
      expect.objectContaining(caller),
    ]);
    expect(gateway.callers[0]?.claims['sub']).toBe('mira');
    expect(await counted(gateway)).toEqual({ 'own accepted': 2 });
  });

  test('lets in who brings nothing, unless callers have to prove who they are', async () => {
    await using fixture = await open();
    await using open_ = await guarded({ own: fixture.options }, ['own'], fixture.more);
    expect(await ask(open_)).toEqual({ status: 200, body: answered });
    expect(open_.callers).toEqual([undefined]);
    expect(await counted(open_)).toEqual({ ' anonymous': 1 });

    const accepted = { schemes: ['own'], require: true };
    await using closed = await guarded({ own: fixture.options }, accepted, fixture.more);
    const body = refusal('Authentication is required', 'UNAUTHENTICATED', fixture.told);
    expect(await ask(closed)).toEqual({ status: 401, body, challenge: fixture.challenge });
    expect(await ask(closed, fixture.good)).toEqual({ status: 200, body: answered });
  });

  test('refuses what is bad, whatever a client accepts, and fetches nothing', async () => {
    await using fixture = await open();
    await using gateway = await guarded({ own: fixture.options }, ['own'], fixture.more);
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const { status, body, challenge } = await ask(gateway, { ...fixture.bad, accept });
      const refused = refusal(expect.any(String) as never, 'UNAUTHENTICATED', fixture.told);
      expect([status, body]).toEqual([401, refused]);
      expect(challenge?.startsWith(fixture.challenge)).toBe(true);
    }
    expect(gateway.callers).toEqual([]);
    expect(await counted(gateway)).toEqual({ 'own refused': 2 });
  });

  test('refuses each operation of a batch by itself', async () => {
    await using fixture = await open();
    const more = { ...fixture.more, graphql: { batching: { enabled: true } } };
    await using gateway = await guarded({ own: fixture.options }, ['own'], more);
    const batch = [{ query: '{ motto }' }, { query: '{ other }' }];
    const good = await send(gateway.gateway.url, batch, fixture.good);
    expect([good.status, good.body]).toEqual([200, [answered, { data: { other: 'upwards' } }]]);
    const bad = await send(gateway.gateway.url, batch, fixture.bad);
    const refused = refusal(expect.any(String) as never, 'UNAUTHENTICATED', fixture.told);
    expect([bad.status, bad.body]).toEqual([200, [refused, refused]]);
  });

  test('writes no credential to the log, and a name only where that is wanted', async () => {
    await using fixture = await open();
    for (const subject of [false, true]) {
      const log = { level: 'debug', subject } as const;
      const more = { ...fixture.more, observability: { log } };
      await using gateway = await guarded({ own: fixture.options }, ['own'], more);
      await ask(gateway, fixture.good);
      await ask(gateway, fixture.bad);
      const [accepted, refused] = await gateway.logged('request', 2);
      expect(accepted).toMatchObject({ scheme: 'own', status: 200 });
      expect(accepted?.['subject']).toBe(subject ? 'mira' : undefined);
      expect(refused).toMatchObject({ scheme: 'own', status: 401, code: 'UNAUTHENTICATED' });
      const text = JSON.stringify(gateway.log);
      for (const secret of fixture.secrets) expect(text).not.toContain(secret);
    }
  });
}

/** What it relies on beside, where a scheme asks somebody else. */
export function askingSchemeContract(
  open: () => Promise<AskingFixture>,
  test: Test = always,
): void {
  test('says that it cannot tell, and lets nobody in', async () => {
    await using fixture = await open();
    await fixture.spoil();
    await using gateway = await guarded({ own: fixture.options }, ['own'], fixture.more);
    const { status, body } = await ask(gateway, fixture.good);
    expect([status, body]).toEqual([
      503,
      refusal(expect.any(String) as never, 'SERVICE_UNAVAILABLE'),
    ]);
    expect(gateway.callers).toEqual([]);
    expect(await counted(gateway)).toEqual({ 'own unavailable': 1 });
  });
}
