import type { Difference } from './differential.ts';

/** All that is needed to see a difference, and to write its test. */
export function described(difference: Difference): string {
  const { seed, path, sdls, operation, plan, monolith, federated } = difference;
  const parts = [
    `A difference: --splits 1 --seed ${seed} --path ${path}`,
    ...Object.entries(sdls).map(([name, sdl]) => `# subgraph ${name}\n${sdl}`),
    operation.text,
    `variables ${JSON.stringify(operation.variables)}`,
    plan,
    `one server: ${monolith.data}\n    errors: ${monolith.errorPaths.join(', ')}`,
    `federation: ${federated.data}\n    errors: ${federated.errorPaths.join(', ')}`,
  ];
  return `${parts.join('\n')}\n${'-'.repeat(80)}\n`;
}
