import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const codegen = ['node_modules/@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts'];

test('the resolver types are those that codegen makes of the schemas', async () => {
  const run = promisify(execFile)(process.execPath, [...codegen, '--check'], { cwd: root });
  await expect(run).resolves.toBeDefined();
});
