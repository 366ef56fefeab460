import { getHeapStatistics } from "node:v8";
import { takeHeapSnapshot } from "../profiles/heap-snapshot.ts";
import { SNAPSHOT_FACTOR, snapshotBytes } from "../profiles/memory-headroom.ts";
import type { Endpoint } from "./endpoint.ts";
import { attachment } from "./exchange.ts";
import { type ActContext, fileTime, requireMemory } from "./profiling.ts";
import { onlyKnown, readNumber } from "./query.ts";

const LEAST_FACTOR = 2;

/**
 * The whole heap, for Chrome: `?factor=16`. Refused where less memory is free than `factor` times the heap in use; who knows
 * that the heap is made of code and long strings may give less than 16. It holds the process up for seconds.
 */
export function heapSnapshotEndpoint(context: ActContext): Endpoint {
  return {
    path: "/streamgate/heap-snapshot",
    method: "POST",
    access: "act",
    answer: async (exchange) => {
      onlyKnown(exchange.query, ["factor"]);
      const factor = readNumber(
        exchange.query,
        "factor",
        SNAPSHOT_FACTOR,
        LEAST_FACTOR,
        SNAPSHOT_FACTOR,
      );
      const heapBytes = getHeapStatistics().used_heap_size;
      await requireMemory(context, snapshotBytes(heapBytes, factor));
      exchange.signal.throwIfAborted();
      const name = `${context.service}-${fileTime(context.clock.now().getTime())}.heapsnapshot`;
      await exchange.stream(takeHeapSnapshot(), {
        "content-type": "application/json",
        "content-disposition": attachment(name),
      });
    },
  };
}
