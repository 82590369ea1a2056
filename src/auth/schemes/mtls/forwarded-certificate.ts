import { BlockList, isIP } from 'node:net';
import type { Presented } from '../../../context.ts';
import { credentialAt } from '../../credentials.ts';
import { CredentialRefused } from '../../scheme.ts';
import type { MtlsOptions } from './options.ts';

type HeaderOptions = NonNullable<MtlsOptions['header']>;

/** A byte sequence of RFC 9651, section 3.3.5, with parameters that nobody has defined. */
const byteSequence = /^:([A-Za-z0-9+/]+={0,2}):$/;

/** The certificates that proxies pass on, in DER: RFC 9440, section 2.2. */
export class ForwardedCertificates {
  readonly #header: string;
  readonly #proxies: BlockList;

  constructor({ name, from }: HeaderOptions) {
    this.#header = name;
    this.#proxies = listOf(from);
  }

  /** True where the header counts, and the connection's own certificate does not. */
  isProxy({ clientAddress }: Pick<Presented, 'clientAddress'>): boolean {
    const version = isIP(clientAddress);
    return version !== 0 && this.#proxies.check(clientAddress, version === 4 ? 'ipv4' : 'ipv6');
  }

  /** Undefined where the proxy's client has shown none. */
  read(request: Presented): Uint8Array | undefined {
    const value = credentialAt({ header: this.#header }, request);
    if (value === undefined) return undefined;
    const encoded = byteSequence.exec(value.trim())?.[1];
    if (encoded !== undefined) return Buffer.from(encoded, 'base64');
    throw new CredentialRefused('malformed', 'The forwarded certificate is malformed');
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
