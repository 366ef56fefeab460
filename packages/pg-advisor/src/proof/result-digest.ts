import { hash } from "node:crypto";
import type { TextRow } from "./session.ts";

/** What is kept of a result: enough to tell whether another one is the same. */
export interface ResultDigest {
  readonly rows: number;
  /** Changes with any value and with the order of the rows. */
  readonly inOrder: string;
  /** Changes with any value, not with the order of the rows. */
  readonly inAnyOrder: string;
  /** The rows themselves where they were few enough to keep. */
  readonly kept: readonly TextRow[] | null;
  readonly columnTypes: readonly number[];
}

/** Takes rows one by one. */
export interface DigestBuilder {
  add(row: TextRow): void;
  finish(columnTypes: readonly number[]): ResultDigest;
}

const KEPT_ROWS = 10_000;
const KEPT_CHARACTERS = 32 * 1024 * 1024;

/**
 * The digest without order is the sum of the rows' hashes, lane by lane: equal for equal multisets
 * whatever the order (M. Bellare and D. Micciancio, "A New Paradigm for Collision-Free Hashing",
 * EUROCRYPT 1997, AdHash).
 */
export function buildDigest(): DigestBuilder {
  const lanes = new Uint32Array(8);
  let chain = "";
  let rows = 0;
  let characters = 0;
  let kept: TextRow[] | null = [];
  return {
    add: (row) => {
      const text = JSON.stringify(row);
      const digest = hash("sha256", text, "buffer");
      for (let lane = 0; lane < lanes.length; lane += 1) {
        lanes[lane] = (lanes[lane] ?? 0) + digest.readUInt32LE(lane * 4);
      }
      chain = hash("sha256", `${chain}${text}`, "hex");
      rows += 1;
      characters += text.length;
      if (kept !== null && rows <= KEPT_ROWS && characters <= KEPT_CHARACTERS) kept.push(row);
      else kept = null;
    },
    finish: (columnTypes) => ({
      rows,
      inOrder: chain,
      inAnyOrder: lanes.join("-"),
      kept,
      columnTypes,
    }),
  };
}
