import type { LabelValues, MetricDefinition } from "./definition.ts";
import { wrongLabelCount } from "./errors.ts";
import type { Labels, MetricKind } from "./metric-family.ts";
import { FEW_LABELS, type SeriesSlot, SeriesTable } from "./series-table.ts";

/** What stands for every label of the series that all label sets past the cap share. */
export const OVERFLOW_LABEL = "_other";

/** Longer values are cut: a label names a class of things, it does not carry them. */
export const LONGEST_LABEL_VALUE = 1024;

/** What a metric needs of its registry. */
export interface SeriesMaker<Series> {
  readonly maxSeries: number;
  make(): Series;
  release(series: Series): void;
  /** Told each time that a label set past the cap was answered with the shared series. */
  refused(): void;
}

/** All series of one name, by their label values. */
export class Metric<Names extends readonly string[], Series> {
  readonly kind: MetricKind;
  readonly definition: MetricDefinition<Names>;
  readonly labelNames: readonly string[];
  /** What readers walk along. */
  readonly table: SeriesTable<Series>;
  private readonly maker: SeriesMaker<Series>;
  private overflow: Series | undefined;

  constructor(kind: MetricKind, definition: MetricDefinition<Names>, maker: SeriesMaker<Series>) {
    this.kind = kind;
    this.definition = definition;
    this.labelNames = [...(definition.labelNames ?? [])];
    this.table = new SeriesTable(this.labelNames.length);
    this.maker = maker;
  }

  /**
   * The series of these label values, in the order of `labelNames`; made where there is none. Keep it where the values are known ahead: the
   * look-up costs several times what recording costs. Past the cap of the registry it is one that all further label sets share.
   *
   * @throws SG_TELEMETRY_WRONG_LABELS where there are more or fewer values than labels
   */
  with(...values: LabelValues<Names>): Series {
    if (values.length !== this.labelNames.length)
      throw wrongLabelCount(this.definition.name, this.labelNames, values.length);
    const texts: readonly string[] = values;
    if (texts.length > FEW_LABELS) return this.table.find(texts) ?? this.bind(texts);
    // Handed on one by one, the values need no array, which would be garbage at every look-up.
    const [at0, at1, at2, at3] = [texts[0], texts[1], texts[2], texts[3]];
    return this.table.findFew(at0, at1, at2, at3) ?? this.bind([at0, at1, at2, at3]);
  }

  /**
   * Forgets a series: it is not exposed any more, and what a kept handle records is lost.
   *
   * @returns whether there was one
   */
  remove(...values: LabelValues<Names>): boolean {
    const removed = this.table.remove(values.map(asLabelValue));
    if (removed === undefined) return false;
    if (removed === this.overflow) this.overflow = undefined;
    this.maker.release(removed);
    return true;
  }

  /** The labels of the series in a slot. */
  labelsAt(slot: SeriesSlot): Labels {
    const labels: Record<string, string> = {};
    for (const [position, name] of this.labelNames.entries())
      labels[name] = this.table.labelAt(slot, position);
    return labels;
  }

  private bind(values: readonly unknown[]): Series {
    const texts = this.labelNames.map((_, position) => asLabelValue(values[position]));
    const known = this.table.find(texts);
    if (known !== undefined) return known;
    if (this.table.size < this.maker.maxSeries) return this.addSeries(texts);
    this.maker.refused();
    this.overflow ??= this.sharedSeries();
    return this.overflow;
  }

  private sharedSeries(): Series {
    const texts = this.labelNames.map(() => OVERFLOW_LABEL);
    return this.table.find(texts) ?? this.addSeries(texts);
  }

  private addSeries(texts: readonly string[]): Series {
    const series = this.maker.make();
    this.table.add(texts, series);
    return series;
  }
}

/** Any text as UTF-8 can carry it; numbers and the like from untyped callers become text. */
function asLabelValue(value: unknown): string {
  return Buffer.from(String(value).slice(0, LONGEST_LABEL_VALUE)).toString();
}
