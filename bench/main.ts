import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAnswers } from './answers.ts';
import { anybody, signedCaller } from './caller.ts';
import { type Case, cases } from './cases.ts';
import {
  type Contender,
  type ContenderContext,
  startFloor,
  startGatehouse,
  startStock,
} from './contenders.ts';
import { Disposer } from './disposer.ts';
import { type Flags, readFlags } from './flags.ts';
import { composeSupergraph } from './graph/subgraphs.ts';
import { checkMachine, describeMachine } from './machine.ts';
import { Measurement, type Result, type Setting } from './measure.ts';
import { goalReport, settingReport } from './report.ts';
import { type Build, buildRevision, buildWorkingTree } from './revision.ts';
import { Services } from './services.ts';
import { settings } from './settings.ts';

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

// Processes that were started end with this one, however it ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await run(readFlags(process.argv.slice(2)));

async function run(flags: Flags): Promise<void> {
  const cores = checkMachine();
  await using owned = new Disposer();
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  print(describeMachine());
  const builds = await buildAll(flags, folder);
  const services = owned.use(await Services.start(cores.rest, folder));
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, await composeSupergraph(services.urls));
  const guardedFile = join(folder, 'guarded.graphql');
  await writeFile(guardedFile, await composeSupergraph(services.urls, { isGuarded: true }));
  const isAsked = flags.contenders.some((name) => settings[name]?.auth !== undefined);
  const caller = isAsked ? await signedCaller(folder) : anybody;
  const files = { supergraphFile, guardedFile };
  const context = { core: cores.contenders, folder, ...files, caller, urls: services.urls };
  const contenders = await startAll(flags, builds, context, owned);
  const options = { ...flags, loadCore: cores.rest, folder, caller };
  const measurement = new Measurement(services, options);
  const results: Result[] = [];
  for (const asked of cases.filter(({ name }) => flags.cases.includes(name))) {
    const takers = contenders.filter(({ takes }) => takes(asked));
    const alone = await compareAnswers(asked, takers, services, caller);
    for (const setting of settingsOf(asked, flags)) {
      const measured = await measurement.run(setting, takers, alone);
      results.push(...measured);
      print(settingReport(setting, measured));
    }
  }
  print(goalReport(results));
  if (flags.out === undefined) return;
  const written = { machine: describeMachine(), flags, results };
  await writeFile(flags.out, `${JSON.stringify(written, null, 2)}\n`);
}

async function buildAll(flags: Flags, folder: string): Promise<readonly Build[]> {
  const builds: Build[] = [];
  const ours = flags.contenders.filter((name) => name === 'gatehouse' || name in settings);
  if (ours.length > 0) {
    const { sources } = await buildWorkingTree(folder);
    builds.push(...ours.map((name) => ({ name, sources })));
  }
  if (flags.compare !== undefined) builds.push(await buildRevision(flags.compare, folder));
  return builds;
}

async function startAll(
  { contenders: wanted }: Flags,
  builds: readonly Build[],
  context: ContenderContext,
  owned: Disposer,
): Promise<readonly Contender[]> {
  const starts = [
    ...(wanted.includes('floor') ? [startFloor] : []),
    ...(wanted.includes('stock') ? [startStock] : []),
    ...builds.map(({ name, sources }) => (context: ContenderContext) => {
      const main = join(sources, 'cli/main.js');
      return startGatehouse(name, main, context, settings[name]);
    }),
  ];
  const contenders: Contender[] = [];
  for (const start of starts) {
    const contender = await start(context);
    owned.use(contender.process);
    contenders.push(contender);
  }
  return contenders;
}

function settingsOf(asked: Case, { requests, connections }: Flags): readonly Setting[] {
  const kinds = requests.filter((kind) => kind === 'unlike' || asked.alwaysUnlike !== true);
  return kinds.flatMap((kind) =>
    connections.map((connections) => {
      return { case: asked, unlike: kind === 'unlike', connections };
    }),
  );
}
