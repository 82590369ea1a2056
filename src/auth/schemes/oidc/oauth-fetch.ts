import type { HttpClient } from '../../../clients/http.ts';
import type { Cancellation } from '../../../lib/cancellation.ts';

/** What `oauth4webapi` asks for. */
interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `fetch`, as `oauth4webapi` needs it, over the gateway's own connections. */
export function oauthFetch(client: HttpClient, signal: Cancellation) {
  return async (url: string, { method, headers, body }: Asked): Promise<Response> => {
    const sent = body === undefined || body === null ? {} : { body: String(body) };
    const how = { method: method === 'POST' ? 'POST' : 'GET', headers, ...sent } as const;
    const answer = await client.request(new URL(url), how, signal);
    const told = Object.entries(answer.headers).flatMap(([name, value]) =>
      typeof value === 'string' && readHeaders.has(name) ? [[name, value] as const] : [],
    );
    return new Response(answer.body, { status: answer.status, headers: Object.fromEntries(told) });
  };
}

const readHeaders = new Set(['content-type', 'www-authenticate']);
