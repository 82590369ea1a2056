import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Presented } from '../../../context.ts';
import { ByteCache } from '../../../lib/byte-cache.ts';
import { type Cancellation, Canceller, toAbortSignal } from '../../../lib/cancellation.ts';
import { Deadline } from '../../../lib/deadline.ts';
import { SingleFlight } from '../../../lib/single-flight.ts';
import type { SessionEnd } from '../../scheme.ts';
import { CredentialRefused } from '../../scheme.ts';
import type { Granted, OpenidProvider } from './provider.ts';
import { type FoundSession, groupsOf, type Session, SessionId } from './session.ts';
import type { OidcSetup } from './setup.ts';
import { asked, retryLater } from './store-failures.ts';

/** Part of the idle time that has to be over before a use is written down: most uses are not. */
const usedShare = 0.1;
/** How often one who waits for another gateway's refresh looks, in milliseconds. */
const lookEveryMs = 25;
/** Room for when refreshes failed, in bytes. */
const failuresBytes = 1_000_000;

/** Room for sessions that were unsealed, in bytes: it need not be done for each request. */
const unsealedBytes = 16_000_000;

/** A session, and what it was unsealed from. */
interface Unsealed {
  readonly value: string;
  readonly session: Session;
}

/** Begins sessions, finds them, keeps their tokens fresh, and ends them. */
export class Sessions implements AsyncDisposable {
  readonly #setup: OidcSetup;
  readonly #provider: OpenidProvider;
  readonly #life = new Canceller();
  readonly #refreshing = new SingleFlight<Session>();
  readonly #failed = new ByteCache<{ readonly untilMs: number }>(failuresBytes, () => 200);

  readonly #unsealed = new ByteCache<Unsealed>(unsealedBytes, ({ value }) => {
    return 4 * value.length + 500;
  });

  constructor(setup: OidcSetup, provider: OpenidProvider) {
    this.#setup = setup;
    this.#provider = provider;
  }

  /** Nothing that a browser had before becomes the id of a session. */
  async begin(granted: Granted, signal: Cancellation): Promise<FoundSession> {
    const { options, now } = this.#setup;
    const { issuer, clientId, session: times } = options;
    const endsAtMs = now() + times.max;
    const session: Session = { issuer, clientId, ...granted, endsAtMs };
    const id = SessionId.create();
    const [idleMs, longestMs] = [Math.min(times.idle, times.max), times.max];
    const kept = { value: id.seal(session), idleMs, longestMs, groups: groupsOf(session) };
    await asked(this.#setup.store.create(id.key, kept, signal), signal);
    return { id, session };
  }

  /** A `CredentialRefused` where there is none any longer. */
  async find(text: string, request: Presented, signal: Cancellation): Promise<FoundSession> {
    const id = SessionId.parse(text);
    if (id === undefined) throw unknown();
    const session = await this.#read(id, signal);
    return { id, session: await this.#fresh(id, session, request, signal) };
  }

  /** The session as it is; undefined where there is none. */
  async peek(text: string, signal: Cancellation): Promise<FoundSession | undefined> {
    const id = SessionId.parse(text);
    const stored = id && (await asked(this.#setup.store.read(id.key, signal), signal));
    const session = stored && id.unseal(stored.value);
    return id && session && { id, session };
  }

  async end(id: SessionId, reason: SessionEnd, signal: Cancellation): Promise<void> {
    const { store, observer, name } = this.#setup;
    if (await asked(store.end(id.key, signal), signal)) observer.ended(name, reason, 1);
  }

  async #read(id: SessionId, signal: Cancellation): Promise<Session> {
    const { store, options, now } = this.#setup;
    const stored = await asked(store.read(id.key, signal), signal);
    const session = stored && this.#unseal(id, stored.value);
    if (session === undefined) throw unknown();
    const isOther = session.issuer !== options.issuer || session.clientId !== options.clientId;
    const leftMs = session.endsAtMs - now();
    if (isOther || leftMs <= 0) {
      await this.end(id, isOther ? 'reconfigured' : 'expired', signal);
      throw unknown();
    }
    const idleMs = Math.min(options.session.idle, leftMs);
    if (stored !== undefined && stored.remainingMs < idleMs * (1 - usedShare)) {
      await asked(store.extend(id.key, idleMs, signal), signal);
    }
    return session;
  }

  /** What is stored now decides, not what was stored before. */
  #unseal(id: SessionId, value: string): Session | undefined {
    const known = this.#unsealed.get(id.key);
    if (known?.value === value) return known.session;
    const session = id.unseal(value);
    if (session !== undefined) this.#unsealed.set(id.key, { value, session });
    return session;
  }

  /** A token that ends soon is refreshed while requests go on; one that has ended, before they do. */
  async #fresh(
    id: SessionId,
    session: Session,
    request: Presented,
    signal: Cancellation,
  ): Promise<Session> {
    const { options, now } = this.#setup;
    const { endsAtMs = Number.POSITIVE_INFINITY } = session.tokens;
    if (now() < endsAtMs - options.refresh.before) return session;
    const isOver = now() >= endsAtMs;
    if (session.tokens.refresh === undefined) {
      if (!isOver) return session;
      await this.end(id, 'token', signal);
      throw unknown();
    }
    if (now() < (this.#failed.peek(id.key)?.untilMs ?? 0)) {
      if (isOver) throw notNow();
      return session;
    }
    const begin = () => this.#refresh(id, request);
    const refreshed = this.#refreshing.join(id.key, begin, isOver ? signal : this.#life);
    if (isOver) return (await refreshed).answer;
    // What fails is logged there, and told once the token has ended.
    refreshed.catch(() => {});
    return session;
  }

  /** Whoever has the claim refreshes; all others, also those in other gateways, wait for the result. */
  async #refresh(id: SessionId, { log }: Presented): Promise<Session> {
    const { store, options, name, observer } = this.#setup;
    const [claim, holder] = [`refresh:${id.key}`, randomUUID()];
    // The provider's answer, and the store's before and after it.
    using limit = new Deadline(this.#life, options.timeout * 2);
    try {
      while (!(await store.claim(claim, holder, options.timeout * 2, limit.signal))) {
        await setTimeout(lookEveryMs, undefined, { signal: toAbortSignal(limit.signal) });
      }
      try {
        return await this.#refreshOnce(id, limit.signal);
      } finally {
        await store.release(claim, holder, this.#life);
      }
    } catch (err) {
      if (err instanceof CredentialRefused) throw err;
      this.#failed.set(id.key, { untilMs: this.#setup.now() + options.refresh.cooldown });
      observer.refreshed(name, 'failed');
      if (!this.#life.aborted) log.warn({ scheme: name, err }, 'A session was not refreshed');
      throw notNow(err);
    }
  }

  async #refreshOnce(id: SessionId, signal: Cancellation): Promise<Session> {
    const { store, options, name, observer, now } = this.#setup;
    const stored = await store.read(id.key, signal);
    const session = stored && id.unseal(stored.value);
    if (session === undefined) throw unknown();
    const { refresh, endsAtMs = Number.POSITIVE_INFINITY } = session.tokens;
    // Another one was first.
    if (refresh === undefined || now() < endsAtMs - options.refresh.before) return session;
    try {
      const granted = await this.#provider.refresh(session, refresh, signal);
      const refreshed = { ...session, ...granted };
      observer.refreshed(name, 'ok');
      // A session that was ended meanwhile does not come back.
      if (await store.replace(id.key, id.seal(refreshed), this.#life)) return refreshed;
      throw unknown();
    } catch (thrown) {
      if (!(thrown instanceof CredentialRefused) || thrown.isForeign) throw thrown;
      observer.refreshed(name, 'refused');
      await this.end(id, 'refused', signal);
      throw new CredentialRefused(thrown.reason, 'The session has ended', { cause: thrown });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The scheme is no longer used'));
  }
}

/** It may never have been: then another scheme may know who calls. */
function unknown(): CredentialRefused {
  return new CredentialRefused('session', 'The session has ended', { isForeign: true });
}

function notNow(cause?: unknown) {
  return retryLater('The session cannot be refreshed at the moment', cause);
}
