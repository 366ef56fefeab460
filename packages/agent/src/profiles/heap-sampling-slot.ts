/**
 * V8 has one sampling heap profiler a process: a second start changes nothing, and a stop ends it for both. So whoever wants
 * it takes this slot first.
 */
let owner: string | undefined;

/**
 * Takes the slot.
 *
 * @param name of the one who takes it, for the message to who comes too late
 * @returns gives it back; undefined where it is taken
 */
export function takeHeapSampling(name: string): (() => void) | undefined {
  if (owner !== undefined) return undefined;
  owner = name;
  let isTaken = true;
  return () => {
    if (isTaken) owner = undefined;
    isTaken = false;
  };
}

/** Who has it now. */
export function heapSamplingOwner(): string | undefined {
  return owner;
}
