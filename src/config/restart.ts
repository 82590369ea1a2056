import { isObject } from '../lib/own.ts';
import { formatPath, type Path } from '../yaml/path.ts';
import type { GatewayConfig } from './schema.ts';

/**
 * What the listeners are made from. Another value would need another listener, and cost the
 * connections that are open: it waits for a restart. All other settings are applied at once.
 */
const untilRestart: readonly Path[] = [
  ['server', 'listen'],
  ['server', 'admin'],
  ['server', 'workers'],
  ['server', 'timeouts'],
  ['server', 'shutdown'],
  ['server', 'limits', 'headers'],
  ['server', 'limits', 'headerBytes'],
  ['server', 'limits', 'uri'],
  ['server', 'limits', 'connections'],
  ['server', 'limits', 'perIp'],
];

/** True when a changed value at `path`, or at one inside it, waits for a restart. */
export function needsRestart(path: Path): boolean {
  return untilRestart.some((prefix) => prefix.every((step, index) => path[index] === step));
}

/** What of a new configuration can be had without a restart, and the settings that cannot. */
export interface Applicable {
  readonly config: GatewayConfig;
  /** By path, such as `server.listen[0].port`. */
  readonly needsRestart: readonly string[];
}

/** `wanted` as far as it can be applied to a gateway that runs with `running`. */
export function applicable(wanted: GatewayConfig, running: GatewayConfig): Applicable {
  const { body } = wanted.server.limits;
  const limits = { ...running.server.limits, body };
  return {
    config: { ...wanted, server: { ...running.server, limits } },
    needsRestart: differences(wanted.server, running.server, ['server'])
      .filter(needsRestart)
      .map(formatPath),
  };
}

/** The paths of the single values that differ. */
function differences(one: unknown, other: unknown, path: Path): readonly Path[] {
  const [steps, others] = [stepsInto(one), stepsInto(other)];
  if (steps === undefined || others === undefined) return Object.is(one, other) ? [] : [path];
  return [...new Set([...steps.keys(), ...others.keys()])].flatMap((step) => {
    return differences(steps.get(step), others.get(step), [...path, step]);
  });
}

function stepsInto(value: unknown): ReadonlyMap<string | number, unknown> | undefined {
  if (Array.isArray(value)) return new Map(value.entries());
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}
