import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Answer, decode, encode, type SrvData } from 'dns-packet';

/** A real DNS server on the loopback interface. */
export interface DnsServer extends AsyncDisposable {
  readonly port: number;
  /** By name and type, such as `orders.test A`; a name without records does not exist. */
  records: Readonly<Record<string, readonly (string | SrvData)[]>>;
  ttlSeconds: number;
  /** Answers SERVFAIL to everything. */
  fails: boolean;
  readonly questions: readonly string[];
}

const [nameError, serverFailure, recursionAvailable] = [3, 2, 0x80];

export async function dnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (message, from) => {
    const { id = 0, questions: asked = [] } = decode(message);
    const [question] = asked;
    if (question === undefined) return;
    const { name, type } = question;
    questions.push(`${name} ${type}`);
    const found = server.records[`${name} ${type}`] ?? [];
    const answers = found.map((data) => ({ name, type, ttl: server.ttlSeconds, data }) as Answer);
    const isKnown = Object.keys(server.records).some((key) => key.startsWith(`${name} `));
    const code = server.fails ? serverFailure : isKnown ? 0 : nameError;
    const reply = { id, type: 'response', flags: recursionAvailable | code } as const;
    const sent = server.fails ? [] : answers;
    socket.send(encode({ ...reply, questions: asked, answers: sent }), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const server: DnsServer = {
    port: socket.address().port,
    records: {},
    ttlSeconds: 0,
    fails: false,
    questions,
    async [Symbol.asyncDispose]() {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
  return server;
}
