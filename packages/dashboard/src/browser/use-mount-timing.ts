import { useLayoutEffect } from "preact/hooks";

/**
 * Tells the browser's own tools how long a page took from its data to its elements: the measure `streamgate:mount` (User Timing, W3C).
 *
 * @param shown what is shown; each other one is timed
 */
export function useMountTiming(shown: unknown): void {
  const start = performance.now();
  useLayoutEffect(() => {
    performance.measure("streamgate:mount", { start });
  }, [shown]);
}
