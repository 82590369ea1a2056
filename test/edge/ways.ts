import { afterAll } from '@jest/globals';
import { type TlsInput, tlsOptions } from '../../src/edge/tls/options.ts';
import { type Certificate, selfSigned, trusted } from '../harness/certificates.ts';
import { rawClient, rawTlsClient } from './raw-client.ts';
import { type SmallGatewayOptions, smallGateway } from './small-gateway.ts';

/** A way to connect, with a gateway and a client for it. */
export interface Way {
  readonly name: string;
  readonly smallGateway: typeof smallGateway;
  readonly rawClient: typeof rawClient;
}

/** `tls` of an address that shows `certificate`. */
export function showing({ cert, key }: Certificate, more: Partial<TlsInput> = {}) {
  return tlsOptions.parse({ cert, key, ...more });
}

let made: Promise<Certificate> | undefined;

/** One for all tests of a file, which `fetch` trusts while they run. */
async function ownCertificate(): Promise<Certificate> {
  made ??= selfSigned().then((certificate) => {
    trust = trusted(certificate);
    return certificate;
  });
  return made;
}

let trust: Disposable | undefined;
afterAll(() => trust?.[Symbol.dispose]());

async function smallTlsGateway(setup: SmallGatewayOptions = {}) {
  const listen = [{ host: '127.0.0.1', port: 0, tls: showing(await ownCertificate()) }];
  return smallGateway({ ...setup, listener: { listen, ...setup.listener } });
}

async function trustingClient(port: number) {
  const { cert } = await ownCertificate();
  return rawTlsClient(port, { ca: cert, host: '127.0.0.1' });
}

/** What holds for connections holds over each of these. */
export const ways: readonly Way[] = [
  { name: 'TCP', smallGateway, rawClient },
  { name: 'TLS', smallGateway: smallTlsGateway, rawClient: trustingClient },
];
