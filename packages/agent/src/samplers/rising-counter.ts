import type { CounterSeries } from "@streamgate/telemetry";

/** Counts what a source says cumulatively; where the source began anew, counting goes on from there. */
export class RisingCounter {
  private readonly series: CounterSeries;
  private before: number | undefined;

  /** @param from where counting begins: at the source's own beginning, or at its first answer, where it is older than the process */
  constructor(series: CounterSeries, from: "beginning" | "first answer" = "beginning") {
    this.series = series;
    this.before = from === "beginning" ? 0 : undefined;
  }

  /** @param total since the source began; undefined where it did not say */
  advanceTo(total: number | undefined): void {
    if (total === undefined) return;
    const before = this.before ?? total;
    this.series.add(total >= before ? total - before : total);
    this.before = total;
  }
}
