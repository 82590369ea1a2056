import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 allocate everything among what is young. It may decide early that what some place in the
 * code allocates lives long, and then keeps it, and all that hangs on it, until a full collection:
 * under load, everything that belongs to a request seems to live long. Called once, at the start of
 * a process.
 */
export function allocateYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
