import type { Measure } from "../measure.ts";
import type { Memory } from "../memory.ts";

/** How far is the value from the one before? */
export function jumpMeasure(memory: Memory): Measure {
  /** The value before, 1 once there is one. */
  const cells = memory.doubles(2);
  return {
    kind: "jump",
    sides: 1,
    next({ value, learnt, isFresh }) {
      const jump = isFresh || cells[1] === 0 ? undefined : Math.abs(value - (cells[0] ?? 0));
      cells[0] = learnt;
      cells[1] = 1;
      return jump;
    },
  };
}
