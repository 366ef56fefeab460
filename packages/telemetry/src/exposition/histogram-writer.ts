import type { HistogramDefinition } from "../metrics/definition.ts";
import type { Exemplar, KeptExemplars } from "../metrics/exemplar.ts";
import type { HistogramSeries } from "../metrics/histogram-series.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { type ClassicBuckets, classicBuckets } from "./classic-buckets.ts";
import { exemplarText } from "./exemplar-text.ts";
import type { ExpositionFormat } from "./negotiate.ts";
import { formatBoundary, formatNumber } from "./text-values.ts";

/** Writes the buckets, the count and the sum of histograms of one metric. */
export class HistogramWriter {
  private readonly name: string;
  private readonly isOpenMetrics: boolean;
  private readonly out: ByteWriter;
  private readonly buckets: ClassicBuckets;
  /** What stands behind `le="` up to the count, for each boundary and +Inf. */
  private readonly lineMiddles: readonly Uint8Array[];
  /** Values in each classic bucket of the series that is being written; used again for each. */
  private readonly held: Float64Array;

  constructor(definition: HistogramDefinition, format: ExpositionFormat, out: ByteWriter) {
    const { name, unit = "", boundaries } = definition;
    this.name = name;
    this.isOpenMetrics = format === "openmetrics";
    this.out = out;
    this.buckets = classicBuckets(unit, boundaries);
    this.lineMiddles = [...this.buckets.boundaries, Number.POSITIVE_INFINITY].map((boundary) =>
      Buffer.from(`${formatBoundary(boundary, this.isOpenMetrics)}"} `),
    );
    this.held = new Float64Array(this.lineMiddles.length);
  }

  /** @param labels without braces */
  series(series: HistogramSeries, labels: string): void {
    this.readBuckets(series);
    const count = this.bucketLines(labels, this.isOpenMetrics ? series.exemplars : undefined);
    const shown = labels === "" ? "" : `{${labels}}`;
    this.out.text(
      `${this.name}_sum${shown} ${formatNumber(series.sum)}\n${this.name}_count${shown} `,
    );
    this.out.whole(count);
    this.out.newline();
  }

  private readBuckets(series: HistogramSeries): void {
    const { held, buckets } = this;
    const { lastIndices } = buckets;
    held.fill(0);
    series.forEachBucket((index, count) => {
      let place = 0;
      while (place < lastIndices.length && index > (lastIndices[place] ?? 0)) place += 1;
      held[place] = (held[place] ?? 0) + count;
    });
  }

  /** @returns the count of all */
  private bucketLines(labels: string, exemplars: KeptExemplars | undefined): number {
    const { out, held, lineMiddles } = this;
    const start = out.length;
    out.text(`${this.name}_bucket{${labels}${labels === "" ? "" : ","}le="`);
    const length = out.length - start;
    let count = 0;
    for (let place = 0; place < held.length; place += 1) {
      if (place > 0) out.again(start, start + length);
      const middle = lineMiddles[place];
      if (middle !== undefined) out.bytes(middle);
      count += held[place] ?? 0;
      out.whole(count);
      if (exemplars !== undefined) this.exemplar(this.exemplarOf(exemplars, place));
      out.newline();
    }
    return count;
  }

  private exemplarOf(exemplars: KeptExemplars, place: number): Exemplar | undefined {
    const { boundaries } = this.buckets;
    return exemplars.latestIn(
      boundaries[place - 1] ?? Number.NEGATIVE_INFINITY,
      boundaries[place] ?? Number.POSITIVE_INFINITY,
    );
  }

  private exemplar(exemplar: Exemplar | undefined): void {
    if (exemplar !== undefined) this.out.text(exemplarText(exemplar));
  }
}
