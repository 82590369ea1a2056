import { z } from 'zod';
import { timeLimit } from '../lib/duration.ts';

/** `redis`: where gateways keep what they share. */
export const redisOptions = z.strictObject({
  url: z
    .url({
      protocol: /^rediss?$/,
      error: 'Expected a URL such as rediss://user:password@redis.shop.test:6379/0',
    })
    .describe('redis:// or, with TLS, rediss://; best by a reference, since it has the password'),
  prefix: z
    .string()
    .default('gatehouse:')
    .describe('What all keys begin with. Default gatehouse:, which gateways of one kind share'),
  timeout: timeLimit
    .prefault('500ms')
    .describe(
      'For one command, a connection included. What needs it fails with 503 then. Default 500ms',
    ),
});

/** The options of `redis` with every default. */
export type RedisOptions = z.output<typeof redisOptions>;
