import type { Log } from '../context.ts';
import { StartupError } from '../errors.ts';
import { AdminListener, type AdminSetup } from './admin.ts';
import type { Address } from './server.ts';

/** Where the two listeners of a gateway are. */
export interface Addresses {
  readonly listen: readonly Address[];
  readonly admin: { readonly host: string; readonly port?: number | undefined };
}

/**
 * Opens the operator's door. Without a port of its own, it takes the one above the first of the
 * data plane, or any free one.
 */
export async function openAdmin(
  setup: AdminSetup,
  { listen, admin: { host, port } }: Addresses,
  log: Log,
): Promise<AdminListener> {
  if (port !== undefined) return started(setup, { host, port });
  const dataPort = listen[0]?.port ?? 0;
  const wanted = dataPort === 0 || dataPort === 65_535 ? 0 : dataPort + 1;
  try {
    return await started(setup, { host, port: wanted });
  } catch (failure) {
    if (!(failure instanceof StartupError) || wanted === 0) throw failure;
    log.warn({ port: wanted }, 'The admin port is in use: a free one is taken instead');
    return started(setup, { host, port: 0 });
  }
}

async function started(setup: AdminSetup, address: Address): Promise<AdminListener> {
  const admin = new AdminListener(setup);
  try {
    await admin.start(address);
    return admin;
  } catch (failure) {
    await admin[Symbol.asyncDispose]();
    throw failure;
  }
}
