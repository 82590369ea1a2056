import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Steering, UpstreamReport } from '../resilience/steering.ts';

/** What is shown of upstreams, and how they are steered. */
export interface UpstreamControl {
  /** Several of a name, where several workers answer. */
  readonly read: () => Promise<readonly UpstreamReport[]>;
  /** False where there is no such upstream or target. */
  readonly steer: (steering: Steering) => Promise<boolean>;
}

interface Named {
  readonly name: string;
}

interface Target extends Named {
  readonly id: string;
}

interface BreakerBody {
  readonly state: 'open' | 'bypass' | 'auto';
  readonly by?: string;
}

interface DrainBody {
  readonly drain: boolean;
  readonly by?: string;
}

const by = { type: 'string', minLength: 1, maxLength: 100 };

/** What may be sent; other fields are refused. */
function bodyOf(name: string, schema: object) {
  const properties = { [name]: schema, by };
  return { body: { type: 'object', required: [name], properties, additionalProperties: false } };
}

const fresh = { 'cache-control': 'no-store' };

/** The operator's view of upstreams, and what may be done about them. */
export function serveUpstreams(
  app: FastifyInstance,
  { read, steer }: UpstreamControl,
  notFound: (reply: FastifyReply) => void,
): void {
  const show = async (reply: FastifyReply, name?: string): Promise<unknown> => {
    const all = await read();
    const upstreams = name === undefined ? all : all.filter((each) => each.name === name);
    if (name !== undefined && upstreams.length === 0) return notFound(reply);
    return reply.headers(fresh).send({ upstreams });
  };
  const apply = async (reply: FastifyReply, steering: Steering): Promise<unknown> => {
    if (!(await steer(steering))) return notFound(reply);
    return show(reply, steering.upstream);
  };
  app.get('/upstreams', (_request, reply) => show(reply));
  app.get<{ Params: Named }>('/upstreams/:name', ({ params }, reply) => show(reply, params.name));
  app.post<{ Params: Named; Body: BreakerBody }>(
    '/upstreams/:name/breaker',
    {
      schema: bodyOf('state', { enum: ['open', 'bypass', 'auto'] }),
    },
    (request, reply) => {
      const { params, body } = request;
      const breaker = body.state;
      return apply(reply, { upstream: params.name, breaker, by: whoAsks(request, body.by) });
    },
  );
  app.post<{ Params: Target; Body: DrainBody }>(
    '/upstreams/:name/targets/:id/drain',
    {
      schema: bodyOf('drain', { type: 'boolean' }),
    },
    (request, reply) => {
      const { name, id } = request.params;
      const { drain } = request.body;
      const who = whoAsks(request, request.body.by);
      return apply(reply, { upstream: name, target: id, drain, by: who });
    },
  );
}

/** As they say themselves, or a proxy in front says; and where they are. */
function whoAsks({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>, said?: string): string {
  const header = headers['x-forwarded-user'];
  const name = said ?? (typeof header === 'string' ? header.slice(0, 100) : undefined);
  return name === undefined ? ip : `${name} (${ip})`;
}
