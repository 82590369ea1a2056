import { expect, test } from '@jest/globals';
import { printedBy } from '../harness/command.ts';

const module = new URL('../../src/lib/json-text.ts', import.meta.url);

/** Appends to texts, as lists of an answer are written, and gives the bytes of the heap. */
async function memoryOf(made: string): Promise<number> {
  const script = `
    import { setFlagsFromString } from 'node:v8';
    import { runInNewContext } from 'node:vm';
    import { inOnePiece } from ${JSON.stringify(module.href)};
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc');
    const texts = [];
    for (let text = 0; text < 200; text += 1) {
      let written = '[';
      for (let item = 0; item < 2_000; item += 1) written += ',"' + item + ' of many"';
      texts.push(${made});
    }
    gc();
    // The texts are in use until here.
    console.log(JSON.stringify({ texts: texts.length, bytes: process.memoryUsage().heapUsed }));`;
  const { bytes } = (await printedBy(script)) as { readonly bytes: number };
  return bytes;
}

test('a text in one piece takes less than the pieces of which it was made', async () => {
  const [pieces, one] = await Promise.all([memoryOf('written'), memoryOf('inOnePiece(written)')]);
  expect(one).toBeLessThan(pieces / 2);
});
