import type { SeriesSource } from "../charts/series-source.ts";
import { type FigureValues, figuresOfAll } from "../figures/figure-values.ts";
import { readFigureSeries } from "../figures/read-figure-series.ts";

/** Short, so that a change is seen within two seconds; the verdict is about longer stretches. */
export const LIVE_WINDOW_MS = 5_000;
/** A database is read each ten seconds or so: where it alone tells, its last reading is looked for in a longer stretch. */
const DATABASE_WINDOW_MS = 35_000;

/** The six figures of the first screen over the last seconds, by id; from memory. Null: not known. */
export async function liveFigures(series: SeriesSource, nowMs: number): Promise<FigureValues> {
  const over = async (windowMs: number): Promise<FigureValues> =>
    figuresOfAll(
      await readFigureSeries(series, undefined, {
        fromMs: nowMs - windowMs,
        toMs: nowMs,
        stepMs: windowMs,
      }),
    );
  const figures = await over(LIVE_WINDOW_MS);
  if (figures.database !== null) return figures;
  const { database } = await over(DATABASE_WINDOW_MS);
  return { ...figures, database };
}
