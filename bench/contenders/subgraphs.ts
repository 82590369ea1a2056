import { setTimeout } from 'node:timers/promises';
import { subgraphNames, subgraphSchema } from '../graph/subgraphs.ts';
import { Replay } from '../replay.ts';
import { listen, ready } from './listen.ts';

// All services of the graph in one process, and an address where it is asked what it did.

let requests = 0;
let delayMs = 0;
const replays: Replay[] = [];
const urls: Record<string, string> = {};

for (const name of subgraphNames) {
  const replay = new Replay(await subgraphSchema(name));
  replays.push(replay);
  const url = await listen(async (body, request, response) => {
    requests += 1;
    const { authorization = '', 'x-request': own } = request.headers;
    const token = own === undefined ? authorization.slice('Bearer '.length) : `${own}`;
    if (delayMs > 0) await setTimeout(delayMs);
    const answer = await replay.answer(body.toString(), token);
    const length = Buffer.byteLength(answer);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    response.end(answer);
  });
  urls[name] = `${url}/graphql`;
}

// The body sets how long each answer is held back from now on.
const control = await listen((body, _request, response) => {
  if (body.length > 0) ({ delayMs } = JSON.parse(body.toString()));
  const executed = replays.reduce((sum, replay) => sum + replay.executed, 0);
  response.end(JSON.stringify({ requests, executed }));
});

ready({ url: control, urls });
