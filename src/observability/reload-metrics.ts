import { Counter, Gauge, type Registry } from 'prom-client';

/** What is read again while the gateway runs. */
export type ReloadKind = 'supergraph' | 'configuration' | 'trustedDocuments';

/** What became of it. */
export type ReloadOutcome = 'swapped' | 'unchanged' | 'refused';

/** What is counted of reloads, and which supergraph serves. */
export class ReloadMetrics {
  readonly #reloads;
  readonly #lastSuccess;
  readonly #supergraph;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#reloads = new Counter({
      name: 'gatehouse_reloads_total',
      help: 'Reloads by what was read again and what became of it: swapped, unchanged or refused',
      labelNames: ['kind', 'outcome'],
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'gatehouse_last_good_timestamp_seconds',
      help: 'When what was read last proved to be good, in seconds since 1970',
      labelNames: ['kind'],
      registers,
    });
    this.#supergraph = new Gauge({
      name: 'gatehouse_supergraph_info',
      help: 'The supergraph that serves: the SHA-256 of its SDL, and its number in this process',
      labelNames: ['hash', 'generation'],
      registers,
    });
  }

  reload(kind: ReloadKind, outcome: ReloadOutcome): void {
    this.#reloads.inc({ kind, outcome });
  }

  good(kind: ReloadKind, at: Date): void {
    this.#lastSuccess.set({ kind }, at.getTime() / 1_000);
  }

  /** One series at a time: the generations before are gone. */
  serving(hash: string, generation: number): void {
    this.#supergraph.reset();
    this.#supergraph.set({ hash, generation: String(generation) }, 1);
  }
}
