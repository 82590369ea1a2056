import { Pool } from 'undici';
import { listen, ready } from './listen.ts';

// The least that a Node process in between can do: each request goes to the service as it came.
// Arguments: the service's address.

const target = new URL(process.argv[2] ?? '');
const pool = new Pool(target.origin, { connections: 256 });

const url = await listen(async (body, request, response) => {
  try {
    const answer = await pool.request({
      path: target.pathname,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: request.headers.authorization ?? '',
      },
      body,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    response.writeHead(answer.statusCode, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
    });
    response.end(bytes);
  } catch {
    response.writeHead(502).end();
  }
});
ready({ url: `${url}/graphql` });
