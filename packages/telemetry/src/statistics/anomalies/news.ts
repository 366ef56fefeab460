import type { Memory } from "./memory.ts";

/** For so many points behind a surprise only a greater one is news: one incident is told once. */
const QUIET_POINTS = 150;
const BLOCKS = 15;
const BLOCK_POINTS = QUIET_POINTS / BLOCKS;

/** Lets through what is more surprising than all of the last 150 points. */
export interface News {
  /** The surprise where it is news, else 0. */
  next(surprise: number): number;
}

export function createNews(memory: Memory): News {
  /** The greatest surprise of each of the last blocks of points. */
  const blocks = memory.doubles(BLOCKS + 1);
  /** Points seen. */
  const cells = memory.doubles(1);
  return {
    next(surprise) {
      const seen = cells[0] ?? 0;
      const block = Math.floor(seen / BLOCK_POINTS) % blocks.length;
      if (seen % BLOCK_POINTS === 0) blocks[block] = 0;
      cells[0] = seen + 1;
      let greatest = 0;
      for (const height of blocks) greatest = Math.max(greatest, height);
      blocks[block] = Math.max(blocks[block] ?? 0, surprise);
      return surprise > greatest ? surprise : 0;
    },
  };
}
