/** Where one target is. */
export interface TargetAddress {
  /** Tells it from the others of its subgraph: `host:port`, or the path of a socket. */
  readonly id: string;
  readonly url: URL;
  /** A Unix socket, instead of what `url` says of host and port. */
  readonly socketPath?: string;
}

const unix = /^unix:(\/[^:]+)(?::(\/.*))?$/;

/** Undefined for what is neither an http(s) URL nor `unix:/path/of.sock`, with `:/path` behind it. */
export function parseTarget(text: string): TargetAddress | undefined {
  const [, socketPath, path = '/'] = unix.exec(text) ?? [];
  if (socketPath !== undefined) {
    return { id: socketPath, url: new URL(path, 'http://localhost'), socketPath };
  }
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol) || url.hostname === '') return undefined;
  return { id: `${url.hostname}:${portOf(url)}`, url };
}

/** Also where the URL leaves it out. */
export function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
