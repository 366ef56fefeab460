import { getHeapSpaceStatistics, getHeapStatistics } from "node:v8";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** The heap of V8, by space, and what it holds outside of itself. */
export function heapSampler({ registry }: SamplerContext): Sampler {
  const bytes = (name: string, help: string) =>
    registry.gauge({ name, help, unit: "bytes" }).with();
  const used = bytes("v8js_memory_heap_used_bytes", "Heap in use, garbage included.");
  const total = bytes("v8js_memory_heap_total_bytes", "Heap that V8 holds.");
  const limit = bytes("v8js_memory_heap_limit_bytes", "Heap beyond which V8 ends the process.");
  const external = bytes(
    "v8js_memory_external_bytes",
    "Memory outside the heap that objects in it hold.",
  );
  const buffers = bytes(
    "v8js_memory_array_buffers_bytes",
    "Of that outside: array buffers and Buffers.",
  );
  const spaces = registry.gauge({
    name: "v8js_heap_space_used_bytes",
    help: "Heap in use, by space.",
    unit: "bytes",
    labelNames: ["v8js_heap_space_name"],
  });
  return {
    name: "heap",
    intervalMs: 1_000,
    sample: () => {
      const heap = getHeapStatistics();
      const { arrayBuffers } = process.memoryUsage();
      const usedBySpace: Record<string, number> = {};
      for (const space of getHeapSpaceStatistics()) {
        usedBySpace[space.space_name] = space.space_used_size;
        spaces.with(space.space_name).set(space.space_used_size);
      }
      used.set(heap.used_heap_size);
      total.set(heap.total_heap_size);
      limit.set(heap.heap_size_limit);
      external.set(heap.external_memory);
      buffers.set(arrayBuffers);
      return {
        heap: {
          usedBytes: heap.used_heap_size,
          totalBytes: heap.total_heap_size,
          limitBytes: heap.heap_size_limit,
          externalBytes: heap.external_memory,
          arrayBuffersBytes: arrayBuffers,
          detachedContexts: heap.number_of_detached_contexts,
          spaces: usedBySpace,
        },
      };
    },
    stop: () => undefined,
  };
}
