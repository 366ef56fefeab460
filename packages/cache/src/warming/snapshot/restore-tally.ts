import { LEFT_OUT_REASONS, type LeftOutReason, type RestoreReport } from "./restore-options.ts";

/** Counts what became of the entries of a snapshot. */
export class RestoreTally {
  restored = 0;
  alreadyThere = 0;
  private readonly leftOutBy = new Map<LeftOutReason, number>();

  leftOut(reason: LeftOutReason): void {
    this.leftOutBy.set(reason, (this.leftOutBy.get(reason) ?? 0) + 1);
  }

  get done(): number {
    let done = this.restored + this.alreadyThere;
    for (const count of this.leftOutBy.values()) done += count;
    return done;
  }

  report(tookMs: number, ended: RestoreReport["ended"]): RestoreReport {
    const leftOut = Object.fromEntries(
      LEFT_OUT_REASONS.map((reason) => [reason, this.leftOutBy.get(reason) ?? 0]),
    ) as Record<LeftOutReason, number>;
    return { restored: this.restored, alreadyThere: this.alreadyThere, leftOut, tookMs, ended };
  }
}
