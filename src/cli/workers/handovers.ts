import type { Worker } from 'node:cluster';

/** A message between `node:cluster` and its workers, as far as it tells of connections. */
interface ClusterMessage {
  readonly cmd?: unknown;
  /** `newconn` hands a connection over. */
  readonly act?: unknown;
  readonly seq?: number;
  /** The `seq` that is answered. */
  readonly ack?: number;
}

/**
 * The connections that `node:cluster` has handed to a worker, and that the worker has not taken
 * yet. Node forgets them when the worker dies, and their clients would wait for ever (seen on
 * Node 22 and 24). So its messages are read along, and what is left is answered in the worker's
 * name. Without messages of this form, nothing happens.
 */
export class Handovers {
  readonly #worker: Worker;
  readonly #open = new Set<number>();

  constructor(worker: Worker) {
    this.#worker = worker;
    const channel = worker.process;
    channel.send = new Proxy(channel.send, {
      apply: (send, self, sent: Parameters<typeof channel.send>) => {
        this.#sent(sent[0]);
        return Reflect.apply(send, self, sent);
      },
    });
    channel.prependListener('internalMessage', (message) => this.#received(message));
  }

  /** To be called when the worker has ended: others take its connections, or they are closed. */
  giveUp(hasOthers: boolean): void {
    for (const ack of [...this.#open]) {
      const answer = { cmd: 'NODE_CLUSTER', ack, accepted: !hasOthers };
      this.#worker.process.emit('internalMessage', answer);
    }
  }

  #sent(message: unknown): void {
    const { cmd, act, seq } = asClusterMessage(message);
    if (cmd === 'NODE_CLUSTER' && act === 'newconn' && seq !== undefined) this.#open.add(seq);
  }

  #received(message: unknown): void {
    const { cmd, ack } = asClusterMessage(message);
    if (cmd === 'NODE_CLUSTER' && ack !== undefined) this.#open.delete(ack);
  }
}

function asClusterMessage(message: unknown): ClusterMessage {
  return typeof message === 'object' && message !== null ? message : {};
}
