/** Numbers from 0 to 1 that look random and are the same for the same word: mulberry32 over an FNV-1a hash of it. */
export function randomSource(seed: string): () => number {
  // https://en.wikipedia.org/wiki/Fowler-Noll-Vo_hash_function
  let state = 0x811c9dc5;
  for (const byte of Buffer.from(seed)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
