/** Levels of nesting that are stored; far from where a stack overflows. */
export const MAX_DEPTH = 500;
/** Holes in one array; a sparse array of a few items can claim to have four thousand million. */
export const MAX_HOLES = 1_000_000;
/** What one value may take in memory by estimate, unless told otherwise. */
export const DEFAULT_MAX_VALUE_BYTES: number = 256 * 1024 * 1024;
