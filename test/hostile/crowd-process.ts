import { connect, type Socket } from 'node:net';
import process from 'node:process';

const [host, port, count, gone] = process.argv.slice(2);
const body = '{"query":"{ __typename }"}';
const question = `POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
/** Connections that wait for their first answer at the same time. */
const together = 64;

const open = new Set<Socket>();
let wake = (): void => {};
let [begun, answered, refused, failed] = [0, 0, 0, 0];

/** Opens one after another, and leaves them as they are. */
async function openSome(): Promise<void> {
  while (begun < Number(count)) {
    begun += 1;
    const status = await firstStatus();
    if (status === '200') answered += 1;
    else if (status === '503') refused += 1;
    else failed += 1;
  }
}

/** Settles when the next connection has closed. */
function closed(): Promise<void> {
  return new Promise((resolve) => {
    wake = resolve;
  });
}

/** Undefined where there was no answer. */
function firstStatus(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), host ?? '', () => socket.write(question));
    open.add(socket);
    socket.on('data', (bytes) => resolve(/^HTTP\/1\.1 (\d+)/.exec(bytes.toString('latin1'))?.[1]));
    // A reset is one way to end a connection.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      open.delete(socket);
      resolve(undefined);
      wake();
    });
  });
}

await Promise.all(Array.from({ length: together }, openSome));
while (Number(count) - open.size < Number(gone)) await closed();
process.send?.({ answered, refused, failed, open: open.size });
process.once('message', () => {
  // The system keeps the ports of connections that end in another way for a minute.
  for (const socket of open) socket.resetAndDestroy();
  process.disconnect();
});
