import { post, type RawClient, rawClient } from '../edge/raw-client.ts';
import { type Crowd, type CrowdReport, crowd } from './crowd.ts';
import { underPassRule } from './pass-rule.ts';
import { startShop } from './shop.ts';

/** What many idle connections did to a gateway, and how it answered what came after them. */
export interface Outcome extends CrowdReport {
  /** Status of a request on a connection of its own, after all of them. */
  readonly status: number;
}

/**
 * Opens `count` connections that stay, in front of a gateway that takes `connections`, under the
 * rule that holds for every attack. Gives the outcome of each round.
 */
export async function manySockets(count: number, connections: number): Promise<readonly Outcome[]> {
  await using shop = await startShop({ server: { limits: { connections } } });
  // A process that has answered little yet grows by what any load makes it grow.
  await (await crowd(shop.url, connections, 0))[Symbol.asyncDispose]();
  return await underPassRule(shop, async () => {
    await using idle: Crowd = await crowd(shop.url, count, Math.max(0, count - connections));
    await using client: RawClient = await rawClient(Number(new URL(shop.url).port));
    client.send(post('{"query":"{ __typename }"}'));
    const { status } = await client.answer();
    return { ...idle.report, status };
  });
}
