import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { test } from '@jest/globals';

const run = promisify(execFile);

/**
 * `test` for tests that need a program of this Debian package. Where it is missing it is installed
 * when apt-get is at hand; otherwise the tests fail in CI and are skipped elsewhere, and say so.
 */
export async function testWith(
  name: string,
  isThere: () => boolean,
): Promise<typeof test | typeof test.skip> {
  if (!isThere()) await install(name);
  if (isThere()) return test;
  if (process.env['CI']) throw new Error(`${name} is missing, and in CI its tests must run`);
  process.stderr.write(`\nSKIPPED: ${name} is missing, and could not be installed by apt-get\n\n`);
  return test.skip;
}

async function install(name: string): Promise<void> {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return;
  const options = ['-qq', '-o', 'DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', [...options, 'update'], { env });
    const wanted = ['install', '-y', '--no-install-recommends', name];
    await run('apt-get', [...options, ...wanted], { env });
  } catch (failure) {
    process.stderr.write(`\n${name} could not be installed: ${failure}\n`);
  }
}
