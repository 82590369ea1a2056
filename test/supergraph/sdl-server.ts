import type { IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listen, type TestServer } from '../harness/listen.ts';

/** A subgraph that answers the question for its SDL, and nothing else. */
export interface SdlServer extends TestServer {
  /** What it answers with from now on. */
  sdl: string;
  /** The requests that came, oldest first. */
  readonly requests: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
}

/** Serves this SDL; disposing it twice is one disposal, so that a test may stop it early. */
export async function serveSdl(sdl: string): Promise<SdlServer> {
  const requests: SdlServer['requests'] = [];
  const server = await listen(async (request, response) => {
    requests.push({ headers: request.headers, body: await text(request) });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { _service: { sdl: serving.sdl } } }));
  });
  let stopped: PromiseLike<void> | undefined;
  const serving: SdlServer = {
    ...server,
    sdl,
    requests,
    [Symbol.asyncDispose]: async () => {
      stopped ??= server[Symbol.asyncDispose]();
      await stopped;
    },
  };
  return serving;
}
