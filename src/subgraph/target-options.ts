import { resolve } from 'node:path';
import { z } from 'zod';
import { duration, timeLimit } from '../lib/duration.ts';
import { percent } from '../lib/percent.ts';
import { balanceOptions, ejectOptions } from '../resilience/balance/options.ts';
import { splitOptions } from '../resilience/balance/split-options.ts';
import { healthOptions } from '../resilience/health/options.ts';
import { parseTarget } from './target-address.ts';

/** Where calls go: `http://host/path`, `https://...`, or `unix:/path/of.sock:/graphql`. */
export const targetUrl = z
  .string()
  .refine(
    (url) => parseTarget(url) !== undefined,
    'Expected a URL such as http://orders:4001/graphql, or unix:/run/orders.sock:/graphql',
  )
  .refine(hasNoPassword, 'A URL carries no password: send one by an insert rule for headers');

const target = z.union(
  [
    targetUrl,
    z.strictObject({
      url: targetUrl.describe('Where it is called'),
      weight: z
        .number()
        .positive()
        .max(1_000)
        .default(1)
        .describe('How much of the calls it gets beside the others. Default 1'),
      group: z
        .string()
        .min(1)
        .optional()
        .describe('Its group, for `split`. None unless set: then it gets all that no rule takes'),
    }),
  ],
  'Expected a URL, or a map of url, weight and group',
);

const targets = z
  .array(target)
  .min(1)
  .transform((all) => {
    return all.map((one) => (typeof one === 'string' ? { url: one, weight: 1 } : one));
  })
  .refine(areDistinct, 'Two targets have the same address')
  .describe('Where the subgraph is called, instead of `url`: several that serve the same');

const dns = z
  .strictObject({
    type: z
      .enum(['A', 'AAAA', 'SRV'])
      .default('A')
      .describe('Records that are asked for; those of SRV have port and weight. Default A'),
    name: z
      .string()
      .min(1)
      .optional()
      .describe('What is looked up. Unless set, the host of `url`, which says the rest'),
    ttl: z
      .strictObject({
        min: timeLimit.prefault('1s').describe('Records are kept no shorter. Default 1s'),
        max: timeLimit.prefault('1m').describe('And no longer. Default 1m'),
      })
      .prefault({})
      .describe('How long records are kept, whatever they say'),
    servers: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Addresses of DNS servers, such as 10.0.0.2:53. Those of the system, unless set'),
  })
  .describe(
    'Has each address that the host of `url` has be a target of its own, followed as records ' +
      'change; the last good answer holds through failures',
  );

const mirror = z
  .strictObject({
    url: targetUrl.describe('Where copies of calls go. What comes back is ignored'),
    percent: percent.prefault('100%').describe('How many calls are copied. Default 100%'),
    max: z
      .int()
      .min(1)
      .default(32)
      .describe('Most copies under way; calls beyond are not copied. Default 32'),
    timeout: timeLimit.prefault('5s').describe('How long a copy may take. Default 5s'),
    mutations: z
      .boolean()
      .default(false)
      .describe('Whether mutations are copied too: they change things there. Default false'),
  })
  .describe('Another place that gets copies of calls, to be tried with real ones');

const file = z.string().min(1);

const tls = z
  .strictObject({
    ca: file.optional().describe('File (PEM) of those trusted, instead of the well-known ones'),
    cert: file.optional().describe('File (PEM) of the certificate that is shown to the subgraph'),
    key: file.optional().describe('File (PEM) of its key'),
    serverName: z
      .string()
      .min(1)
      .optional()
      .describe('The name its certificate must have. Unless set, the host of the URL'),
    minVersion: z.enum(['1.2', '1.3']).default('1.2').describe('Oldest version. Default 1.2'),
  })
  .refine(
    ({ cert, key }) => (cert === undefined) === (key === undefined),
    'Expected cert and key together',
  )
  .describe(
    'How https targets are trusted, and what they are shown. Changed files are read again. Paths ' +
      'are relative to the configuration. A certificate that is not trusted is always an error',
  );

const slowStart = duration.describe(
  'How long a target that comes later, or comes back, takes to get its full share. 10s unless set',
);
const panic = percent.describe(
  'While fewer than this share of the targets are well, all are called. 50% unless set',
);

/** What stands under `all`. */
export const targetDefaults = {
  balance: balanceOptions.default('p2c'),
  slowStart: slowStart.prefault('10s'),
  panic: panic.prefault('50%'),
  eject: ejectOptions.prefault({}),
  health: healthOptions.optional(),
  tls: tls.optional(),
};

/** What one subgraph may say for itself; its blocks replace those of `all` as a whole. */
export const ownTargets = {
  targets: targets.optional(),
  dns: dns.optional(),
  split: splitOptions.optional(),
  mirror: mirror.optional(),
  balance: balanceOptions.optional(),
  slowStart: slowStart.optional(),
  panic: panic.optional(),
  eject: ejectOptions.optional(),
  health: z
    .union([z.literal(false), healthOptions])
    .optional()
    .describe(
      'As under `all`, in its place; false: this one is not asked. That of `all` unless set',
    ),
  tls: tls.optional(),
};

const defaults = z.strictObject(targetDefaults);
const own = z.strictObject(ownTargets);
type All = z.output<typeof defaults>;
type Own = z.output<typeof own>;

/** Where one subgraph is called, and how its targets are chosen. */
export interface TargetOptions extends All {
  readonly targets: Own['targets'];
  readonly dns: Own['dns'];
  readonly split: Own['split'];
  readonly mirror: Own['mirror'];
}
/** What of `TargetOptions` tells how names are looked up. */
export type DnsOptions = NonNullable<TargetOptions['dns']>;
/** What of `TargetOptions` tells of copies. */
export type MirrorOptions = NonNullable<TargetOptions['mirror']>;

/** The options of one subgraph: its own, else those of `all`. */
export function targetOptionsFor(one: Own | undefined, all: All): TargetOptions {
  const health = one?.health ?? all.health;
  return {
    targets: one?.targets,
    dns: one?.dns,
    split: one?.split,
    mirror: one?.mirror,
    balance: one?.balance ?? all.balance,
    slowStart: one?.slowStart ?? all.slowStart,
    panic: one?.panic ?? all.panic,
    eject: one?.eject ?? all.eject,
    health: health === false ? undefined : health,
    tls: one?.tls ?? all.tls,
  };
}

/** The same options with the paths of certificates seen from `folder`. */
export function withTlsFrom<Options extends { readonly tls?: z.output<typeof tls> | undefined }>(
  options: Options,
  folder: string,
): Options {
  if (options.tls === undefined) return options;
  const { ca, cert, key, ...rest } = options.tls;
  const files = {
    ...(ca !== undefined && { ca: resolve(folder, ca) }),
    ...(cert !== undefined && { cert: resolve(folder, cert) }),
    ...(key !== undefined && { key: resolve(folder, key) }),
  };
  return { ...options, tls: { ...rest, ...files } };
}

function areDistinct(all: readonly { readonly url: string }[]): boolean {
  return new Set(all.map(({ url }) => parseTarget(url)?.id)).size === all.length;
}

function hasNoPassword(url: string): boolean {
  const { username, password } = parseTarget(url)?.url ?? { username: '', password: '' };
  return username === '' && password === '';
}

/** What is wrong with a block as a whole: undefined for nothing. */
export function targetProblem(
  one: Own & { readonly url?: string | undefined },
): string | undefined {
  if (one.targets !== undefined && one.url !== undefined)
    return 'Expected url or targets, not both';
  if (one.targets !== undefined && one.dns !== undefined)
    return 'Expected dns or targets, not both';
  const groups = new Set(one.targets?.map(({ group }) => group) ?? [undefined]);
  const unknown = one.split?.find(({ group }) => !groups.has(group));
  if (unknown !== undefined) return `No target is of the group "${unknown.group}" of split`;
  return groups.has(undefined)
    ? undefined
    : 'Expected a target without a group, for all other calls';
}
