/** What decides about a memory tier's bound. */
export interface MemoryPressure {
  readonly maxBytes: number;
  readonly usedBytes: number;
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** Heap in use over its limit, or resident memory over the container's, whichever is worse; 0 to 1 and beyond. */
  readonly pressure: number;
  /** Hit ratio now, and with twice the memory, 0 to 1; undefined while nothing is known. */
  readonly gainOfDoubling: number | undefined;
}

/** Above this the tier gives memory back. */
const TOO_HIGH = 0.85;
/** Below this it may take more. */
const COMFORTABLE = 0.7;
const GIVE_BACK = 0.7;
const TAKE_MORE = 1.25;
/** Doubling must bring at least a tenth of a point. */
const WORTHWHILE_GAIN = 0.001;
const NEARLY_FULL = 0.9;

/**
 * The next bound of a memory tier that is left to itself: it shrinks under pressure at once and by a lot, and grows in small
 * steps, only while it is full, memory is there, and the hit-ratio curve says that more would help.
 */
export function nextMaxBytes(now: MemoryPressure): number {
  const { maxBytes, usedBytes, leastBytes, mostBytes, pressure, gainOfDoubling } = now;
  const within = (bytes: number): number =>
    Math.floor(Math.min(mostBytes, Math.max(leastBytes, bytes)));
  if (pressure > TOO_HIGH) return within(Math.min(maxBytes, usedBytes) * GIVE_BACK);
  const isFull = usedBytes > maxBytes * NEARLY_FULL;
  const isWorthwhile = gainOfDoubling === undefined || gainOfDoubling >= WORTHWHILE_GAIN;
  if (pressure < COMFORTABLE && isFull && isWorthwhile) return within(maxBytes * TAKE_MORE);
  return within(maxBytes);
}
