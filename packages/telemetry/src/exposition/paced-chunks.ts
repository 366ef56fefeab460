import { setImmediate as nextTurn } from "node:timers/promises";
import type { ByteWriter } from "./byte-writer.ts";

/** How long work may hold the event loop before it gives a turn to others. */
const TURN_MS = 0.5;

const CHUNK_BYTES = 64 * 1024;

/**
 * Runs steps that write, a few at a time: gives chunks as they fill, and the event loop a turn whenever the steps have held it for
 * `turnMs`. Nothing runs while the reader is busy with a chunk, so that a slow reader costs no memory.
 *
 * @param steps each takes some microseconds
 */
export async function* pacedChunks(
  steps: Iterable<unknown>,
  out: ByteWriter,
  turnMs: number = TURN_MS,
): AsyncGenerator<Buffer, void, undefined> {
  let turnStartedAt = performance.now();
  for (const _ of steps) {
    if (out.length >= CHUNK_BYTES) yield out.take();
    if (performance.now() - turnStartedAt < turnMs) continue;
    await nextTurn();
    turnStartedAt = performance.now();
  }
  if (out.length > 0) yield out.take();
}
