import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphQLRequest, Reply, RequestLog } from '../context.ts';
import { GatewayError } from '../errors.ts';
import type { Call } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { negotiate, prefersHtml } from './accept.ts';
import { type BatchingOptions, batchReply, checkBatch } from './batch.ts';
import { ClientSignal } from './client-signal.ts';
import { Cors } from './cors.ts';
import type { CorsOptions } from './cors-options.ts';
import { refuseCrossSite } from './csrf.ts';
import { type Fail, plainTarget, type ReplyTarget } from './fail.ts';
import { pageHandler } from './landing-page.ts';
import {
  fromBody,
  fromSearch,
  type Parameters,
  parseJson,
  requireJson,
  searchOf,
} from './parameters.ts';
import { readBody } from './read-body.ts';
import { ReplyTurn } from './reply-turn.ts';
import type { Handler } from './routes.ts';
import { clientConnection } from './tls/client-connection.ts';
import { writeReply } from './write-reply.ts';

export interface GraphqlHttpOptions {
  readonly batching: BatchingOptions;
  /** Refuses what another site makes a browser send without asking first. */
  readonly csrf: boolean;
  /** Which pages of other origins may use it; none unless it is set. */
  readonly cors?: CorsOptions | undefined;
  /** Where it is set, one URL may stand for different documents of different clients. */
  readonly trustedDocuments?: object | undefined;
  /** Bytes of a request body, as sent and again as decompressed. */
  readonly limits: { readonly body: number };
}

export interface GraphqlHttpSetup {
  readonly options: GraphqlHttpOptions;
  /** Runs one operation. Its signal aborts when the client leaves. */
  readonly run: Call<GraphQLRequest, Reply>;
  readonly fail: Fail;
  /** Names the request, and gives the log that carries this name. */
  readonly open: (
    request: IncomingMessage,
    response: ServerResponse,
  ) => { readonly id: string; readonly log: RequestLog };
  /** HTML for a browser that opens the endpoint. */
  readonly landingPage?: () => string | Promise<string>;
}

/** One request on its way through this file. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly id: string;
  readonly log: RequestLog;
  /** Plain JSON until the media type has been chosen. */
  target: ReplyTarget;
  /** How many operations it carries. */
  batchSize: number;
}

const allow = 'GET, POST';
const varyByClient = 'Accept, Apollographql-Client-Name, GraphQL-Client-Name';

/** GraphQL over HTTP on one path: from a request to `run` and back. */
export function graphqlOverHttp(setup: GraphqlHttpSetup): Handler {
  const page = setup.landingPage && pageHandler(setup.landingPage);
  const turn = new ReplyTurn();
  const cors = setup.options.cors && new Cors(setup.options.cors, allow);
  return async (request, response) => {
    using client = new ClientSignal(response);
    const { id, log } = setup.open(request, response);
    const exchange: Exchange = { request, id, log, target: { ...plainTarget, id }, batchSize: 1 };
    const send = (reply: Reply): void =>
      writeReply(response, cors === undefined ? reply : cors.on(reply, request.headers), turn);
    try {
      if (page && opensPage(request)) return await page(request, response);
      if (request.method === 'OPTIONS') writeReply(response, options(request, cors));
      else send(await answer(exchange, setup, client.signal));
    } catch (thrown) {
      send(failed(thrown, exchange, setup.fail));
    }
  };
}

/**
 * A browser's visit, with or without `query`: GraphiQL keeps what is being edited in its URL, and
 * what is put into a link is shown to be looked at, not run.
 */
function opensPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && prefersHtml(headers.accept);
}

/** Before anything is asked of the caller: a browser's preflight has no credentials. */
function options({ headers }: IncomingMessage, cors: Cors | undefined): Reply {
  return { status: 204, headers: { allow, ...cors?.preflight(headers) }, body: '' };
}

function answer(exchange: Exchange, setup: GraphqlHttpSetup, signal: Cancellation): Promise<Reply> {
  const { method, headers } = exchange.request;
  if (method !== 'GET' && method !== 'POST') throw notAllowed();
  exchange.target = { ...exchange.target, ...negotiate(headers.accept) };
  return method === 'GET'
    ? answerGet(exchange, setup, signal)
    : answerPost(exchange, setup, signal);
}

async function answerGet(
  exchange: Exchange,
  setup: GraphqlHttpSetup,
  signal: Cancellation,
): Promise<Reply> {
  if (setup.options.csrf) refuseCrossSite(exchange.request.headers);
  const parameters = fromSearch(searchOf(exchange.request));
  const reply = await setup.run(operation('GET', parameters, exchange), signal);
  const vary = setup.options.trustedDocuments === undefined ? 'Accept' : varyByClient;
  return { ...reply, headers: { vary, ...reply.headers } };
}

/** Needs no look at where it comes from: its content type already makes a browser ask first. */
async function answerPost(
  exchange: Exchange,
  setup: GraphqlHttpSetup,
  signal: Cancellation,
): Promise<Reply> {
  requireJson(exchange.request.headers['content-type']);
  const body = parseJson(await readBody(exchange.request, setup.options.limits.body, signal));
  if (!Array.isArray(body)) {
    return setup.run(operation('POST', fromBody(body), exchange), signal);
  }
  checkBatch(body, setup.options.batching);
  exchange.batchSize = body.length;
  const entries = body.map((entry) => answerEntry(entry, exchange, setup, signal));
  return batchReply(await Promise.all(entries));
}

/** An entry's failure is its own: the others run. */
async function answerEntry(
  entry: unknown,
  exchange: Exchange,
  setup: GraphqlHttpSetup,
  signal: Cancellation,
): Promise<Reply> {
  try {
    return await setup.run(operation('POST', fromBody(entry), exchange), signal);
  } catch (thrown) {
    return failed(thrown, exchange, setup.fail);
  }
}

function operation(
  method: 'GET' | 'POST',
  parameters: Parameters,
  { request, id, log, target, batchSize }: Exchange,
): GraphQLRequest {
  const { mediaType, alwaysOk } = target;
  const { headers, rawHeaders, url = '', socket } = request;
  const clientAddress = socket.remoteAddress ?? '';
  const connection = clientConnection(socket);
  const presented = { headers, rawHeaders, url, clientAddress, connection, log };
  return { id, method, ...presented, ...parameters, mediaType, alwaysOk, batchSize };
}

function failed(thrown: unknown, { log, target }: Exchange, fail: Fail): Reply {
  const error = GatewayError.from(thrown);
  const { code } = error;
  log.note({ code });
  if (error.fault !== 'client') log.error({ err: error }, 'Request failed');
  return fail(error, target);
}

function notAllowed(): GatewayError {
  const message = 'GraphQL is served by GET and POST';
  return new GatewayError('METHOD_NOT_ALLOWED', message, { headers: { allow } });
}
