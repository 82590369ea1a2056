/** Reloads at each `SIGHUP`, which would otherwise end the process, until it is disposed. */
export function onHangup(reload: () => Promise<unknown>): Disposable {
  // A reload tells by itself what became of it; it rejects only once the gateway ends.
  const hangUp = (): void => void reload().catch(() => {});
  process.on('SIGHUP', hangUp);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', hangUp) };
}
