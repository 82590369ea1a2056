import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Disposer } from './disposer.ts';
import { checkMachine } from './machine.ts';
import { questions, type Sample } from './micro-steps.ts';
import { type Build, buildRevision, buildWorkingTree } from './revision.ts';
import { median, p99 } from './statistics.ts';

// How long does each step of the executor take for the nested query, in this revision and in that?
// Arguments: the revision that the working tree is compared with. Default: HEAD.

const samples = 60;
const warmUps = 10;
const worker = fileURLToPath(new URL('micro-worker.ts', import.meta.url));

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await using owned = new Disposer();
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-micro-'));
process.once('exit', () => rmSync(folder, { recursive: true }));
const { contenders: core } = checkMachine();
const builds = [
  await buildRevision(process.argv[2] ?? 'HEAD', folder),
  await buildWorkingTree(folder),
];
const workers = builds.map((build) => ({ name: build.name, child: start(build, owned) }));
for (const [step, question] of Object.entries(questions)) {
  process.stdout.write(`\n${question}\n`);
  for (const line of await measure(step)) process.stdout.write(`${line}\n`);
}

/** Takes samples of all in turn, A B A B, and gives a line for each. */
async function measure(step: string): Promise<readonly string[]> {
  const taken = workers.map((): number[] => []);
  for (let sample = 0; sample < warmUps + samples; sample += 1) {
    for (const [index, { child, name }] of workers.entries()) {
      const { us, failure } = await ask(child, step);
      if (failure !== undefined) return [`  ${name} has no such step: ${failure}`];
      if (sample >= warmUps) taken[index]?.push(us);
    }
  }
  return workers.map(({ name }, index) => {
    const times = taken[index] ?? [];
    const [middle, high] = [median(times), p99(times)].map((us) => us.toFixed(1));
    return `  ${name.padEnd(10)} median ${middle} us, p99 ${high} us`;
  });
}

async function ask(child: ChildProcess, step: string): Promise<Sample> {
  const answered = once(child, 'message');
  child.send(step);
  const [sample] = await answered;
  return sample as Sample;
}

function start({ sources }: Build, owned: Disposer): ChildProcess {
  const child = spawn('taskset', ['-c', `${core}`, process.execPath, worker, sources], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  owned.use({
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || !child.kill()) return;
      await once(child, 'exit');
    },
  });
  return child;
}
