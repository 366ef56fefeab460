import { readProportionalBytes, readTreeBytes } from "./process-memory.ts";

/** Memory of one part of StreamGate: now, and at its highest. */
export interface PartMemory {
  readonly part: string;
  readonly pid: number;
  readonly bytes: number;
  readonly peakBytes: number;
  readonly isRunning: boolean;
}

/** Watches how much memory StreamGate itself takes. */
export interface MemoryWatch {
  /** Begins to watch a server with all its processes. */
  watchServer(part: string, pid: number): void;
  forgetServer(part: string): void;
  /** What is known; empty where the system does not tell. The process itself comes first. */
  parts(): readonly PartMemory[];
  stop(): void;
}

const INTERVAL_MS = 500;
const OWN_PART = "streamgate";

/** Starts to watch this process; servers are added as they come up. */
export function startMemoryWatch(intervalMs: number = INTERVAL_MS): MemoryWatch {
  const pids = new Map<string, number>([[OWN_PART, process.pid]]);
  const known = new Map<string, PartMemory>();
  let isSampling = false;

  const sample = async (): Promise<void> => {
    if (isSampling) return;
    isSampling = true;
    for (const [part, pid] of [...pids]) {
      const bytes = part === OWN_PART ? await readProportionalBytes(pid) : await readTreeBytes(pid);
      if (bytes === null || pids.get(part) !== pid) continue;
      const peakBytes = Math.max(bytes, known.get(part)?.peakBytes ?? 0);
      known.set(part, { part, pid, bytes, peakBytes, isRunning: true });
    }
    isSampling = false;
  };
  const timer = setInterval(() => void sample(), intervalMs);
  timer.unref();
  void sample();

  return {
    watchServer: (part, pid) => {
      pids.set(part, pid);
      void sample();
    },
    forgetServer: (part) => {
      pids.delete(part);
      const last = known.get(part);
      if (last !== undefined) known.set(part, { ...last, bytes: 0, isRunning: false });
    },
    parts: () => [...known.values()],
    stop: () => clearInterval(timer),
  };
}
