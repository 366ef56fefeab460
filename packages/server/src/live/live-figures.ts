import type { SeriesSource } from "../charts/series-source.ts";
import { type FigureValues, figuresOfAll } from "../figures/figure-values.ts";
import { readFigureSeries } from "../figures/read-figure-series.ts";

const WINDOW_MS = 10_000;
/** A database is read each ten seconds or so: where it alone tells, its last reading is looked for in a longer stretch. */
const DATABASE_WINDOW_MS = 35_000;

/** The six figures of the first screen over the last ten seconds, by id; from memory. Null: not known. */
export async function liveFigures(series: SeriesSource, nowMs: number): Promise<FigureValues> {
  const over = async (windowMs: number): Promise<FigureValues> =>
    figuresOfAll(
      await readFigureSeries(series, undefined, {
        fromMs: nowMs - windowMs,
        toMs: nowMs,
        stepMs: windowMs,
      }),
    );
  const figures = await over(WINDOW_MS);
  if (figures.database !== null) return figures;
  const { database } = await over(DATABASE_WINDOW_MS);
  return { ...figures, database };
}
