import type { Algorithm, Random } from './algorithm.ts';
import { LeastLatency } from './ewma.ts';
import { KeyHash } from './hash.ts';
import { LeastConnections } from './least-conn.ts';
import type { BalanceOptions } from './options.ts';
import { TwoChoices } from './p2c.ts';
import { RoundRobin } from './round-robin.ts';

/** The algorithm of this name, with a memory of its own. */
export function algorithmFor(balance: BalanceOptions, random: Random = Math.random): Algorithm {
  if (typeof balance === 'object') return new KeyHash(new TwoChoices(random));
  if (balance === 'round-robin') return new RoundRobin();
  if (balance === 'least-conn') return new LeastConnections();
  return balance === 'ewma' ? new LeastLatency(random) : new TwoChoices(random);
}
