import { expect, test } from '@jest/globals';
import { manySockets } from './many-sockets.ts';

test('78: of two thousand idle connections those stay that there is room for', async () => {
  const rounds = await manySockets(2_000, 400);
  for (const { open, ...outcome } of rounds) {
    expect(outcome).toEqual({ answered: 2_000, refused: 0, failed: 0, status: 200 });
    // They give way a few at a time, not all at once.
    expect(open).toBeGreaterThan(300);
  }
});
