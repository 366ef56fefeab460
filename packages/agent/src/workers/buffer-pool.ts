import type { Registry } from "@streamgate/telemetry";
import { badAgentOption } from "../errors.ts";

export interface BufferPoolOptions {
  /** Smaller ones take one of this size; a power of two, bytes. @default 4_096 */
  readonly smallestBytes?: number;
  /** Larger ones are made anew each time; a power of two, bytes. @default 1_048_576 */
  readonly largestBytes?: number;
  /** Given back buffers that are kept, in all, bytes. @default 33_554_432 */
  readonly maxIdleBytes?: number;
  /** The value of the label `pool` of its series. @default "buffers" */
  readonly name?: string;
  /** Where its series are kept. @default none are */
  readonly registry?: Registry;
}

/** A buffer on loan. */
export interface LentBuffer {
  /** Of the length asked for; what it held before is still in it. After `release` nobody may touch it. */
  readonly bytes: Buffer;
  /** Gives it back; a second time does nothing. One that is never given back is left to the garbage collector. */
  release(): void;
}

export interface BufferPoolStats {
  readonly idleBytes: number;
  readonly lentBuffers: number;
  /** Loans from what was given back. */
  readonly reused: number;
  /** Loans that had to be made anew. */
  readonly allocated: number;
  /** Releases of what had been released already: mistakes of the caller, without harm. */
  readonly doubleReleases: number;
}

/** Buffers that are used again instead of being allocated and collected. */
export interface BufferPool {
  /**
   * Lends a buffer.
   *
   * @param sizeBytes a whole number from 0
   * @throws SG_AGENT_BAD_OPTION
   */
  take(sizeBytes: number): LentBuffer;
  stats(): BufferPoolStats;
  /** Lets go of all that is kept. */
  clear(): void;
}

const DEFAULTS = {
  smallestBytes: 4_096,
  largestBytes: 1_048_576,
  maxIdleBytes: 33_554_432,
  name: "buffers",
} as const;

/**
 * A pool of buffers in sizes of powers of two, bounded: memory outside the heap that comes and goes with each request makes
 * V8 collect the whole heap for its sake.
 *
 * @example
 * ```ts
 * import { createBufferPool } from "@streamgate/agent/workers";
 *
 * const buffers = createBufferPool({ largestBytes: 262_144 });
 * const lent = buffers.take(60_000);
 * try {
 *   lent.bytes.fill(0);
 * } finally {
 *   lent.release();
 * }
 * ```
 *
 * @throws SG_AGENT_BAD_OPTION
 */
export function createBufferPool(options: BufferPoolOptions = {}): BufferPool {
  return new SizedBuffers(options);
}

class SizedBuffers implements BufferPool {
  private readonly smallestBytes: number;
  private readonly largestBytes: number;
  private readonly maxIdleBytes: number;
  private readonly idle = new Map<number, Buffer[]>();
  private readonly counts = { lentBuffers: 0, reused: 0, allocated: 0, doubleReleases: 0 };
  private idleBytes = 0;

  constructor(options: BufferPoolOptions) {
    const { smallestBytes, largestBytes, maxIdleBytes, name } = { ...DEFAULTS, ...options };
    requirePowerOfTwo("smallestBytes", smallestBytes);
    requirePowerOfTwo("largestBytes", largestBytes);
    if (smallestBytes > largestBytes)
      throw badAgentOption("smallestBytes", smallestBytes, `at most largestBytes, ${largestBytes}`);
    if (!(maxIdleBytes >= 0))
      throw badAgentOption("maxIdleBytes", maxIdleBytes, "a number of bytes from 0");
    this.smallestBytes = smallestBytes;
    this.largestBytes = largestBytes;
    this.maxIdleBytes = maxIdleBytes;
    if (options.registry !== undefined) this.show(options.registry, name);
  }

  take(sizeBytes: number): LentBuffer {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0)
      throw badAgentOption("sizeBytes", sizeBytes, "a whole number from 0");
    const whole = this.wholeBuffer(sizeBytes);
    this.counts.lentBuffers += 1;
    let isLent = true;
    return {
      bytes: whole.subarray(0, sizeBytes),
      release: () => {
        if (!isLent) {
          this.counts.doubleReleases += 1;
          return;
        }
        isLent = false;
        this.counts.lentBuffers -= 1;
        this.keep(whole);
      },
    };
  }

  stats(): BufferPoolStats {
    return { idleBytes: this.idleBytes, ...this.counts };
  }

  clear(): void {
    this.idle.clear();
    this.idleBytes = 0;
  }

  private wholeBuffer(sizeBytes: number): Buffer {
    const size = this.sizeClass(sizeBytes);
    const known = this.idle.get(size)?.pop();
    if (known !== undefined) {
      this.idleBytes -= size;
      this.counts.reused += 1;
      return known;
    }
    this.counts.allocated += 1;
    // Of its own, not a slice of Node's shared slab, which it would hold.
    return Buffer.allocUnsafeSlow(size);
  }

  private keep(buffer: Buffer): void {
    const size = buffer.length;
    // One that was transferred to a worker has no bytes any more.
    const isUseful = size >= this.smallestBytes && size <= this.largestBytes;
    if (!isUseful || this.idleBytes + size > this.maxIdleBytes) return;
    const kept = this.idle.get(size);
    if (kept === undefined) this.idle.set(size, [buffer]);
    else kept.push(buffer);
    this.idleBytes += size;
  }

  private sizeClass(sizeBytes: number): number {
    if (sizeBytes > this.largestBytes) return sizeBytes;
    const bits = Math.ceil(Math.log2(Math.max(1, sizeBytes)));
    return Math.max(this.smallestBytes, 2 ** bits);
  }

  private show(registry: Registry, name: string): void {
    const idle = registry
      .gauge({
        name: "streamgate_buffer_pool_idle_bytes",
        help: "Buffers that a pool keeps to be used again.",
        unit: "bytes",
        labelNames: ["pool"],
      })
      .with(name);
    const lent = registry
      .gauge({
        name: "streamgate_buffer_pool_lent",
        help: "Buffers on loan from a pool.",
        labelNames: ["pool"],
      })
      .with(name);
    registry.onCollect(() => {
      idle.set(this.idleBytes);
      lent.set(this.counts.lentBuffers);
    });
  }
}

function requirePowerOfTwo(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0 && Number.isInteger(Math.log2(value))) return;
  throw badAgentOption(name, value, "a power of two");
}
