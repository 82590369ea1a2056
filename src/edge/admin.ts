import { STATUS_CODES } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { ErrorCode } from '../errors.ts';
import type { ServingState } from '../observability/reload-reports.ts';
import { serveUpstreams, type UpstreamControl } from './admin-upstreams.ts';
import { type Address, addressError } from './server.ts';

/** How many processes share the work. */
export interface WorkerCount {
  readonly wanted: number;
  /** Those that take requests now. */
  readonly ready: number;
}

/** Whether this process may be sent requests, and what keeps it from it. */
export interface Readiness {
  readonly status: 'ready' | 'starting' | 'draining';
  readonly reasons?: readonly string[];
  /** Of a gateway that has several. */
  readonly workers?: WorkerCount;
  /** Which supergraph and configuration serve, and what was refused since. */
  readonly supergraph?: ServingState['supergraph'];
  readonly configuration?: ServingState['configuration'];
}

export interface Metrics {
  readonly contentType: string;
  readonly text: string;
}

export interface AdminSetup {
  readonly readiness: () => Readiness;
  readonly metrics: () => Promise<Metrics>;
  /** Default none: then nothing is served below /upstreams. */
  readonly upstreams?: UpstreamControl;
}

/** Requests here are a line each: bounds that a person or a scraper never meets. */
const bounds = {
  bodyLimit: 65_536,
  requestTimeout: 10_000,
  connectionTimeout: 30_000,
  keepAliveTimeout: 30_000,
  http: { headersTimeout: 5_000, maxHeaderSize: 16_384 },
};

/** Answers that are true only now. */
const fresh = { 'cache-control': 'no-store' };

/** The operator's door: health and metrics, on an address of its own. */
export class AdminListener implements AsyncDisposable {
  readonly #app: FastifyInstance;

  constructor(setup: AdminSetup) {
    this.#app = fastify({
      ...bounds,
      logger: false,
      // Ids of targets may be paths of sockets.
      routerOptions: { maxParamLength: 1_000 },
      // What is not asked for is refused, not dropped or read as something else.
      ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
      forceCloseConnections: true,
      frameworkErrors: (_error, _request, reply) => refuse(reply, 400, 'BAD_REQUEST'),
    });
    this.#app.addHook('onRequest', refuseUnknown(this.#app));
    this.#app.setErrorHandler((error, _request, reply) =>
      isOfRequest(error)
        ? refuse(reply, 400, 'BAD_REQUEST')
        : refuse(reply, 500, 'INTERNAL_SERVER_ERROR'),
    );
    serveHealth(this.#app, setup);
    serveMetrics(this.#app, setup);
    const { upstreams } = setup;
    if (upstreams === undefined) return;
    serveUpstreams(this.#app, upstreams, (reply) => refuse(reply, 404, 'NOT_FOUND'));
  }

  /** Opens the address; one that cannot be had is a `StartupError`. */
  async start(address: Address): Promise<void> {
    try {
      await this.#app.listen({ ...address });
    } catch (cause) {
      throw addressError(cause, address);
    }
  }

  /** The port that was bound; 0 before the start. */
  get port(): number {
    const [address] = this.#app.addresses();
    return typeof address === 'object' ? address.port : 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close();
  }
}

function serveHealth(app: FastifyInstance, { readiness }: AdminSetup): void {
  app.get('/health/live', async (_request, reply) => {
    return reply.headers(fresh).send({ status: 'live' });
  });
  app.get('/health/ready', async (_request, reply) => {
    const state = readiness();
    const status = state.status === 'ready' ? 200 : 503;
    return reply.status(status).headers(fresh).send(state);
  });
}

function serveMetrics(app: FastifyInstance, { metrics }: AdminSetup): void {
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics();
    return reply.header('content-type', contentType).send(text);
  });
}

/** Before the body is looked at. A path that is served by GET alone says so. */
function refuseUnknown(app: FastifyInstance) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (!request.is404) return;
    const [path = '/'] = request.url.split('?');
    if (app.hasRoute({ method: 'GET', url: path })) {
      return refuse(reply.header('allow', 'GET, HEAD'), 405, 'METHOD_NOT_ALLOWED');
    }
    return refuse(reply, 404, 'NOT_FOUND');
  };
}

/** True for a body that is not what is asked for, or not JSON at all. */
function isOfRequest(error: unknown): boolean {
  if (!(error instanceof Object) || !('statusCode' in error)) return false;
  return typeof error.statusCode === 'number' && error.statusCode < 500;
}

/** Says nothing of the request, and nothing of what failed inside. */
function refuse(reply: FastifyReply, status: number, code: ErrorCode): void {
  const message = STATUS_CODES[status];
  void reply.status(status).send({ error: { code, message } });
}
