import { freemem, totalmem } from "node:os";
import { openMemoryLimit } from "../samplers/linux/cgroup-memory.ts";
import type { Headroom } from "./memory-headroom.ts";

/** What memory is free at this moment, by the narrowest limit. */
export async function readHeadroom(systemRoot = "/"): Promise<Headroom> {
  const hostBytes = totalmem();
  const limit = openMemoryLimit(systemRoot, hostBytes);
  const limited = await limit?.read();
  limit?.close();
  const hostFreeBytes = freeOfHost(hostBytes);
  const free = limited === undefined ? hostFreeBytes : limited.limitBytes - limited.usedBytes;
  if (limited === undefined || hostFreeBytes < free)
    return { freeBytes: hostFreeBytes, limitBytes: hostBytes, limitedBy: "host" };
  return { freeBytes: free, limitBytes: limited.limitBytes, limitedBy: "cgroup" };
}

/** macOS counts only what nobody has ever touched as free, and compresses and swaps before it ends anything. */
function freeOfHost(hostBytes: number): number {
  return process.platform === "darwin" ? hostBytes - process.memoryUsage.rss() : freemem();
}
