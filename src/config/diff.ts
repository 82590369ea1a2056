import { isDeepStrictEqual } from 'node:util';
import type { Settings } from '../yaml/read.ts';
import { inEffect, type Setting, type SettingInEffect } from './explain.ts';
import { needsRestart } from './restart.ts';

/** One setting that is not the same in two configurations. */
export interface SettingChange {
  /** Such as `server.listen[0].port`. */
  readonly name: string;
  /** Undefined where the setting is not in the first, or not in the second. */
  readonly from: SettingSide | undefined;
  readonly to: SettingSide | undefined;
  /** When a gateway that runs with the first one would have it. */
  readonly applied: 'at once' | 'after a restart';
}

/** A setting with its source. Of a secret there is the reference to it, never the value. */
export type SettingSide = Pick<Setting, 'value' | 'source'>;

/** Every setting that a change from `before` to `after` would change, in the order of the schema. */
export function diff(
  before: Settings<unknown>,
  after: Settings<unknown>,
): readonly SettingChange[] {
  const [from, to] = [byName(before), byName(after)];
  return [...new Set([...to.keys(), ...from.keys()])].flatMap((name) => {
    const [one, other] = [from.get(name), to.get(name)];
    if (isDeepStrictEqual(one?.value, other?.value)) return [];
    const restart = needsRestart((other ?? one)?.path ?? []);
    const applied = restart ? ('after a restart' as const) : ('at once' as const);
    return [{ name, from: sideOf(one), to: sideOf(other), applied }];
  });
}

function byName(settings: Settings<unknown>): ReadonlyMap<string, SettingInEffect> {
  return new Map(inEffect(settings).map((each) => [each.setting.name, each]));
}

function sideOf(one: SettingInEffect | undefined): SettingSide | undefined {
  return one && { value: one.setting.value, source: one.setting.source };
}
