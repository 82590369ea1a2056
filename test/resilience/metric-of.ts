import type { Federation } from '../harness/federation.ts';

/** The value of one series of `profiles`; undefined where there is none. */
export async function metricOf(
  { gateway }: Federation,
  name: string,
  labels = '',
): Promise<string | undefined> {
  const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const series = `${name}{subgraph_name="profiles"${labels}} `;
  return metrics
    .split('\n')
    .find((line) => line.startsWith(series))
    ?.slice(series.length);
}
