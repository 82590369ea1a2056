import { expect, test } from '@jest/globals';
import { StartupError } from '../../src/errors.ts';
import { createPlanner } from '../../src/plan/planner.ts';
import type { SupergraphSource } from '../../src/supergraph/sources/source.ts';

/** A source of a supergraph with the one field `Query.ready`, and a way to take it away. */
export interface SourceFixture extends AsyncDisposable {
  readonly source: SupergraphSource;
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
}
