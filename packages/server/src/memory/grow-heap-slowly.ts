import { setFlagsFromString } from "node:v8";

/**
 * By how much the old generation may grow beyond what was alive at the last collection before the next one, in percent; V8's own choice is up to
 * 300. StreamGate runs beside what it watches: an advice over 3,000 statements then peaks at 393 MB for 546, for no more CPU than noise
 * (`npm run bench -- index-scale`).
 */
const GROWING_PERCENT = 30;

/** To be called once, before the work begins. */
export function growHeapSlowly(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}
