import { EventEmitter, once } from 'node:events';
import { expect, test } from '@jest/globals';
import { type AuthorizedFederation, authorized, type TestCaller } from './authorized.ts';

const sdl = `
  type Query { user: User  slow: User }
  type User {
    name: String
    email: String @authenticated
    salary: Int @requiresScopes(scopes: [["salary"]])
    note: String @policy(policies: [["staff"]])
  }`;
const user = { name: 'Ann', email: 'ann@example.com', salary: 5, note: 'likes tea' };
const query = '{ user { name email salary note } }';

const boss: TestCaller = { scope: 'salary', staff: true };
const clerk: TestCaller = { scope: 'other' };

interface Started {
  readonly federation: AuthorizedFederation;
  readonly calls: EventEmitter;
}

async function start(): Promise<Started> {
  const calls = new EventEmitter();
  const slow = async () => {
    calls.emit('called');
    await once(calls, 'release');
    return user;
  };
  const federation = await authorized({
    subgraphs: { users: { sdl, resolvers: { Query: { user: () => user, slow } } } },
    graphql: {
      // Callers are not told apart by any header that is sent on.
      authorization: { policies: { rules: { staff: 'caller.claims.staff == true' } } },
    },
  });
  return { federation, calls };
}

const views = {
  boss: { name: 'Ann', email: 'ann@example.com', salary: 5, note: 'likes tea' },
  clerk: { name: 'Ann', email: 'ann@example.com', salary: null, note: null },
  nobody: { name: 'Ann', email: null, salary: null, note: null },
};

test('whoever comes after a privileged caller sees no more than alone, in whatever order', async () => {
  const { federation } = await start();
  await using _federation = federation;
  const callers = { boss, clerk, nobody: undefined };
  for (const round of [
    ['boss', 'clerk', 'nobody'],
    ['nobody', 'clerk', 'boss'],
    ['clerk', 'boss', 'nobody'],
  ] as const) {
    for (const name of round) {
      const { data } = await federation.ask(query, callers[name]);
      expect({ name, data }).toEqual({ name, data: { user: views[name] } });
    }
  }
  federation.takeAsked();
  await federation.ask(query);
  expect(federation.takeAsked()).not.toMatch(/email|salary|note/);
});

test('a caller joins no execution that is under way for another who sees more, or less', async () => {
  const { federation, calls } = await start();
  await using _federation = federation;
  const slow = query.replace('user', 'slow');
  // Plans are there already, so that each call is made at once.
  const callers = [boss, clerk, undefined];
  const begun: Promise<unknown>[] = [];
  for (const caller of callers) {
    const called = once(calls, 'called');
    begun.push(federation.ask(slow, caller).then(({ data }) => data));
    await called;
  }
  // The same callers again: these share what is under way.
  const again = callers.map((caller) => federation.ask(slow, caller).then(({ data }) => data));
  const others = federation.ask('{ user { name } }');
  await others;
  calls.emit('release');
  const seen = [{ slow: views.boss }, { slow: views.clerk }, { slow: views.nobody }];
  expect(await Promise.all(begun)).toEqual(seen);
  calls.emit('release');
  expect(await Promise.all(again)).toEqual(seen);
});

test('callers who differ in what an operation does not ask share its plan and its execution', async () => {
  const { federation, calls } = await start();
  await using _federation = federation;
  const slow = '{ slow { name email } }';
  const called = once(calls, 'called');
  const first = federation.ask(slow, { scope: 'a b c' });
  await called;
  const second = federation.ask(slow, { scope: 'd' });
  // One that is shared makes no call, so a later one tells that the second has joined.
  await federation.ask('{ user { name } }', { scope: 'd' });
  calls.emit('release');
  expect([(await first).data, (await second).data]).toEqual([
    { slow: { name: 'Ann', email: 'ann@example.com' } },
    { slow: { name: 'Ann', email: 'ann@example.com' } },
  ]);
  expect(federation.takeAsked().match(/slow/g)).toHaveLength(1);
});
