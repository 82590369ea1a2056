import type { Path } from '../yaml/path.ts';

/** A setting that opens what production is to keep closed, and what that means. */
export interface Opening {
  readonly path: Path;
  readonly meaning: string;
}
