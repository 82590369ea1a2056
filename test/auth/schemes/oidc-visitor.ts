import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
/** What a server answered, unread by any browser. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Sent {
  readonly method?: 'GET' | 'POST' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Goes where it is sent, and keeps cookies by origin, as a browser does; but it can be made to do
 * what no browser would.
 */
export class Visitor {
  /** Names and values of cookies, by origin. */
  readonly cookies = new Map<string, Map<string, string>>();

  /** One request, without following what it says. */
  async send(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
    const { origin } = new URL(url);
    const jar = this.jar(origin);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { ...(cookie !== '' && { cookie }), ...headers };
    const answer = await exchange(url, {
      method,
      headers: sent,
      ...(body !== undefined && { body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const isGone = attributes.includes('Max-Age=0') || /expires=thu, 01 jan 1970/i.test(line);
      if (isGone) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Follows redirects until there is a page, or `until` is where the next one leads. */
  async follow(url: string, until = /^$/): Promise<Answer & { readonly url: string }> {
    let next = url;
    for (let hops = 0; hops < 20; hops += 1) {
      const answer = await this.send(next, { headers: navigation });
      const location = answer.headers.get('location');
      if (location === null) return { ...answer, url: next };
      next = new URL(location, next).href;
      if (until.test(next)) return { ...answer, url: next };
    }
    throw new Error(`Redirected too often, at last to ${next}`);
  }

  /** Logs in as somebody at the page that the provider shows; gives where that leads. */
  async logIn(url: string, as = 'mira', until = /^$/): Promise<Answer & { readonly url: string }> {
    const page = await this.follow(url, until);
    const [, action] = /action="([^"]+)"/.exec(page.text) ?? [];
    if (action === undefined) return page;
    const form = new URLSearchParams({ login: as });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.send(new URL(action, page.url).href, {
      method: 'POST',
      headers,
      body: `${form}`,
    });
    const location = new URL(answer.headers.get('location') ?? '', page.url).href;
    return until.test(location) ? { ...answer, url: location } : this.follow(location, until);
  }

  jar(origin: string): Map<string, string> {
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    return jar;
  }
}

const navigation = { accept: 'text/html,*/*;q=0.8', 'sec-fetch-mode': 'navigate' };

/** `fetch` sends headers of its own, such as `Sec-Fetch-Mode`. */
async function exchange(url: string, { method, headers, body }: Sent): Promise<Answer> {
  const asked = request(url, { method, headers, agent: false });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const lines = Object.entries(answer.headersDistinct);
  const pairs = lines.flatMap(([name, values = []]) => values.map((value) => [name, value]));
  return {
    status: answer.statusCode ?? 0,
    headers: new Headers(pairs as [string, string][]),
    text: await text(answer),
  };
}
