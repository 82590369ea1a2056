/** The stages of long work, for `LongTurns`: what is nearest to the end of an answer goes first. */
export const writing = 0;
export const merging = 1;
export const asking = 2;
