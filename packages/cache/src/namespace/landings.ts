import { isDeepStrictEqual } from "node:util";
import type { ValueLanding } from "../loading/load-world.ts";
import type { Held } from "../loading/value-form.ts";
import type { Id } from "../memory/memory-index.ts";
import type { NamespaceParts } from "./namespace-parts.ts";

const LONGEST_EARLINESS = 0.5;
/** Larger values are not compared with what they replace. */
const LARGEST_COMPARED_BYTES = 64 * 1024;

/** Puts values into memory, with the times that are drawn for each. */
export class Landings {
  /** For how long after its time to live a value may be of use. */
  readonly graceMs: number;
  private readonly parts: NamespaceParts;

  constructor(parts: NamespaceParts) {
    const { staleWhileRevalidateMs, staleIfErrorMs } = parts.options;
    this.parts = parts;
    this.graceMs = Math.max(staleWhileRevalidateMs, staleIfErrorMs);
  }

  ttlOf(tier: string): number {
    return this.parts.options.tierTtlMs.get(tier) ?? 0;
  }

  drawTtl(tier: string, isAbsent: boolean): number {
    const { jitter, negativeTtlMs } = this.parts.options;
    const ttlMs = isAbsent ? Math.min(negativeTtlMs, this.ttlOf(tier)) : this.ttlOf(tier);
    return ttlMs * (1 + jitter * (2 * this.parts.random.next() - 1));
  }

  land(landing: ValueLanding): void {
    const { id, variant, held, tags, asOf, freshMs, loadMs } = landing;
    const { memory, index, hitClock, record } = this.parts;
    const nowMs = hitClock.refresh();
    record.landed(held.sizeBytes);
    if (landing.isLoad) this.compareReload(id, variant, held);
    const expiresAt = nowMs + freshMs;
    memory.land(
      {
        index,
        id,
        variant,
        value: held.value,
        flags: held.flags,
        sizeBytes: held.sizeBytes,
        tags,
        asOf,
        freshUntil: expiresAt - this.drawEarliness(freshMs, loadMs),
        expiresAt,
        graceMs: this.graceMs,
        loadMs,
      },
      nowMs,
    );
  }

  /** Whether a load brought what was known: then its time to live may be longer. */
  private compareReload(id: Id, variant: string, held: Held): void {
    const { memory, index, record } = this.parts;
    const slot = index.find(id, variant);
    if (slot === undefined || held.sizeBytes > LARGEST_COMPARED_BYTES) return;
    record.reloaded(isDeepStrictEqual(memory.columns.values[slot], held.value));
  }

  /** How much before its end a value is refreshed: −β·δ·ln(u), drawn once an entry. */
  private drawEarliness(freshMs: number, loadMs: number): number {
    const { refreshAhead } = this.parts.options;
    if (refreshAhead === 0 || loadMs <= 0) return 0;
    const drawnMs = -refreshAhead * loadMs * Math.log(1 - this.parts.random.next());
    return Math.min(drawnMs, freshMs * LONGEST_EARLINESS);
  }
}
