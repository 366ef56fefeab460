import type { AggregateQuery, SeriesGroup } from "@streamgate/monitor";
import { STATEMENT_SERIES, type StatementSeries } from "../statement-totals.ts";
import { NO_WINDOW, type StatementPast, type StatementWindow } from "./statement-past.ts";

export type ReadSeries = (query: AggregateQuery) => Promise<readonly SeriesGroup[]>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
export const STEP_MS: number = 5 * MINUTE_MS;
const RECENT_MS = 6 * HOUR_MS;
const PAST_DAYS = 14;
/** The same hour, the one before and the one after. */
const HOURS_AROUND = 1;
/** Those that take most time of late; of so many the past is read. */
const MOST_STATEMENTS = 60;
/** The history takes patterns of a thousand characters at the most. */
const FINGERPRINTS_AT_ONCE = 50;

/** What happened in the steps of a range, by fingerprint. */
type Windows = ReadonlyMap<string, readonly StatementWindow[]>;

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** Reads the past of the statements of a database; what is long past is read once an hour. */
export class PastReader {
  readonly #database: string;
  readonly #read: ReadSeries;
  #hourMs = Number.NaN;
  readonly #sameHour = new Map<string, StatementPast["sameHour"]>();

  constructor(database: string, read: ReadSeries) {
    this.#database = database;
    this.#read = read;
  }

  /** Those that were called in the last hour, the most time first. */
  async read(nowMs: number): Promise<readonly StatementPast[]> {
    const toMs = Math.floor(nowMs / STEP_MS) * STEP_MS;
    const recent = await this.#windows({ fromMs: toMs - RECENT_MS, toMs, stepMs: STEP_MS }, null);
    const lately = [...recent]
      .map(([fingerprint, windows]) => ({
        fingerprint,
        windows,
        totalMs: windows.slice(-HOUR_MS / STEP_MS).reduce((sum, window) => sum + window.totalMs, 0),
      }))
      .filter(({ totalMs }) => totalMs > 0)
      .toSorted((one, other) => other.totalMs - one.totalMs)
      .slice(0, MOST_STATEMENTS);
    await this.#readSameHour(
      lately.map(({ fingerprint }) => fingerprint),
      toMs,
    );
    return lately.map(({ fingerprint, windows }) => ({
      fingerprint,
      recent: windows,
      sameHour: this.#sameHour.get(fingerprint) ?? [],
    }));
  }

  async #readSameHour(fingerprints: readonly string[], nowMs: number): Promise<void> {
    const hourMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
    if (hourMs !== this.#hourMs) this.#sameHour.clear();
    this.#hourMs = hourMs;
    const missing = fingerprints.filter((one) => !this.#sameHour.has(one));
    const range = { fromMs: hourMs - PAST_DAYS * DAY_MS, toMs: hourMs, stepMs: HOUR_MS };
    for (let from = 0; from < missing.length; from += FINGERPRINTS_AT_ONCE) {
      const some = missing.slice(from, from + FINGERPRINTS_AT_ONCE);
      const windows = await this.#windows(range, some);
      for (const fingerprint of some)
        this.#sameHour.set(fingerprint, sameHourOf(windows.get(fingerprint) ?? [], range));
    }
  }

  async #windows(range: Range, fingerprints: readonly string[] | null): Promise<Windows> {
    const steps = Math.round((range.toMs - range.fromMs) / range.stepMs);
    const found = new Map<string, Record<StatementSeries, Float64Array>>();
    for (const series of Object.keys(STATEMENT_SERIES) as StatementSeries[]) {
      const groups = await this.#read({
        selector: {
          name: STATEMENT_SERIES[series],
          where: [
            { label: "database", is: this.#database },
            ...(fingerprints === null
              ? []
              : [{ label: "fingerprint", matches: fingerprints.join("|") }]),
          ],
        },
        ...range,
        by: ["fingerprint"],
      });
      for (const { labels, steps: totals } of groups) {
        const of = columnsOf(found, labels.fingerprint ?? "", steps);
        for (const [step, total] of totals.entries())
          if (total?.kind === "counter") of[series][step] = total.increase;
      }
    }
    return new Map(
      [...found].map(([fingerprint, of]) => [
        fingerprint,
        Array.from({ length: steps }, (_, step) => windowOf(of, step)),
      ]),
    );
  }
}

/** Of the hours up to now, those around this hour of the day; of today there is only what is judged, or nearly so. */
function sameHourOf(
  windows: readonly StatementWindow[],
  { fromMs, toMs }: Range,
): StatementPast["sameHour"] {
  return windows.flatMap((window, step) => {
    const agoMs = toMs - (fromMs + step * HOUR_MS);
    const day = Math.round(agoMs / DAY_MS);
    const isAround = Math.abs(agoMs - day * DAY_MS) <= HOURS_AROUND * HOUR_MS;
    return day >= 1 && isAround && window.calls > 0 ? [{ ...window, day }] : [];
  });
}

function columnsOf(
  found: Map<string, Record<StatementSeries, Float64Array>>,
  fingerprint: string,
  steps: number,
): Record<StatementSeries, Float64Array> {
  const known = found.get(fingerprint);
  if (known !== undefined) return known;
  const column = (): Float64Array => new Float64Array(steps);
  const made = {
    calls: column(),
    seconds: column(),
    rows: column(),
    blocksHit: column(),
    blocksRead: column(),
  };
  found.set(fingerprint, made);
  return made;
}

function windowOf(of: Record<StatementSeries, Float64Array>, step: number): StatementWindow {
  const calls = of.calls[step] ?? 0;
  if (calls === 0) return NO_WINDOW;
  return {
    calls,
    totalMs: (of.seconds[step] ?? 0) * 1_000,
    rows: of.rows[step] ?? 0,
    blocks: (of.blocksHit[step] ?? 0) + (of.blocksRead[step] ?? 0),
  };
}
