import { expect, test } from '@jest/globals';
import { StartupError } from '../../src/errors.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import type { SupergraphSource } from '../../src/supergraph/sources/source.ts';

/** A source of a supergraph with the one field `Query.ready`, and ways to change what it gives. */
export interface SourceFixture extends AsyncDisposable {
  readonly source: SupergraphSource;
  /** The same source as another process would open it. */
  reopen(): SupergraphSource;
  /** From now on the supergraph has the field `Query.added` too. */
  extend(): Promise<void>;
  /** From now on there is no supergraph to be had. */
  spoil(): Promise<void>;
}

/** What the gateway relies on, whatever source its supergraph comes from. */
export function supergraphSourceContract(open: () => Promise<SourceFixture>): void {
  const { signal } = new AbortController();

  test('gives a supergraph that can be planned with, and warns of nothing', async () => {
    await using fixture = await open();
    const { sdl, warnings } = await fixture.source.load(signal);
    expect(createPlanner(sdl).apiSchema.getQueryType()?.getFields()).toHaveProperty('ready');
    expect(warnings).toEqual([]);
  });

  test('gives the same supergraph again', async () => {
    await using fixture = await open();
    const first = await fixture.source.load(signal);
    expect(await fixture.source.load(signal)).toEqual(first);
  });

  test('says why there is none, and names a file', async () => {
    await using fixture = await open();
    await fixture.spoil();
    const failure: unknown = await fixture.source.load(signal).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(StartupError);
    const problem = { code: expect.stringMatching(/^[A-Z_]+$/), file: expect.any(String) };
    expect(failure).toHaveProperty('problems.0', expect.objectContaining(problem));
  });

  test('gives up with the reason of its signal', async () => {
    await using fixture = await open();
    const reason = new Error('not needed any more');
    await expect(fixture.source.load(AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test('tells of a change, also of one that came before it was asked', async () => {
    await using fixture = await open();
    const stop = new AbortController();
    await fixture.source.load(signal);
    await fixture.extend();
    const changes = fixture.source.changes(stop.signal)[Symbol.asyncIterator]();
    expect(await changes.next()).toEqual({ done: false, value: undefined });
    expect((await fixture.source.load(signal)).sdl).toContain('added: Int');
    const broken = changes.next();
    await fixture.spoil();
    expect(await broken).toEqual({ done: false, value: undefined });
    await expect(fixture.source.load(signal)).rejects.toBeInstanceOf(StartupError);
    const ended = changes.next();
    stop.abort();
    expect(await ended).toEqual({ done: true, value: undefined });
  });

  test('gives what was kept last to another process, and nothing before', async () => {
    await using fixture = await open();
    expect(await fixture.reopen().lastGood(signal)).toBe(undefined);
    const loaded = await fixture.source.load(signal);
    expect(await fixture.source.keep(loaded)).toEqual([]);
    await fixture.spoil();
    const { sdl, roles } = loaded;
    const kept = { sdl, roles, subgraphs: [], warnings: [] };
    expect(await fixture.reopen().lastGood(signal)).toEqual(kept);
  });
}
