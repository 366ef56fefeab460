import type { Figure, ForcedCollection } from "@streamgate/contract";
import { unavailable } from "../api/refusal.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { askAgent } from "./agent-calls.ts";

/** A heap of many gigabytes takes seconds, and the process answers nobody meanwhile. */
const TIMEOUT_MS = 20_000;

/** Makes a watched process collect its garbage. @throws ApiRefusal */
export async function forceCollectionIn(
  process: WatchedProcess,
  signal: AbortSignal,
): Promise<ForcedCollection> {
  const answer = await askAgent(process, {
    method: "POST",
    path: "/streamgate/gc",
    timeoutMs: TIMEOUT_MS,
    mostBytes: 10_000,
    signal,
  });
  const { heapBeforeBytes, heapAfterBytes } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof heapBeforeBytes !== "number" || typeof heapAfterBytes !== "number")
    throw unavailable(
      `the agent of ${process.instance} did not say what the collection brought`,
      "look at the heap on the page Resources",
    );
  return {
    instance: process.instance,
    before: bytes(heapBeforeBytes),
    after: bytes(heapAfterBytes),
  };
}

function bytes(value: number): Figure {
  return { value, unit: "bytes", rung: "measured" };
}
