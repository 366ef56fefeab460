import { amountOf } from "../charts/step-value.ts";
import type { Platform } from "../platform/platform.ts";
import type { SteppedRange } from "../ranges/time-range.ts";
import { keepAnswers } from "./kept-answers.ts";
import { type KnownStatement, ranBetween, readKnownStatements } from "./known-statements.ts";
import { StatementBook } from "./statement-book.ts";
import {
  STATEMENT_SERIES,
  type StatementSeries,
  StatementTally,
  statementKey,
  uncounted,
} from "./statement-totals.ts";

/** Books of the ranges that are asked for at the moment. */
export interface StatementBooks {
  of(range: SteppedRange): Promise<StatementBook>;
}

/** How often databases are read where nothing else was said: within this, little would be new. */
const LIVE_FOR_MS = 10_000;
/** Statements are noted every half minute. */
const REGISTER_FOR_MS = 15_000;
/** What is past does not change. */
const PAST_FOR_MS = 10 * 60_000;
/** After so long all that was read is written. */
const SETTLED_AFTER_MS = 60_000;
/** A book of 100,000 statements takes some 30 MB. */
const MOST_BOOKS = 6;
/** The history answers with at most 20,000 series at once; beyond this, they are read in parts. */
const MOST_STATEMENTS_AT_ONCE = 12_000;
const HEXADECIMAL = "0123456789abcdef";

/** Reads books from the history, each once for all who ask at the same time. */
export function keepStatementBooks(
  platform: Pick<Platform, "series" | "tables" | "clock">,
): StatementBooks {
  const books = keepAnswers<StatementBook>(platform.clock, MOST_BOOKS);
  const registers = keepAnswers<Register>(platform.clock, 1);
  return {
    of: (range) => {
      const isPast = range.toMs < platform.clock.now().getTime() - SETTLED_AFTER_MS;
      const key = JSON.stringify([range.fromMs, range.toMs, range.stepMs]);
      return books.of(key, isPast ? PAST_FOR_MS : LIVE_FOR_MS, async () => {
        const register = await registers.of("all", REGISTER_FOR_MS, () => readRegister(platform));
        return readBook(platform, range, register);
      });
    },
  };
}

/** All statements that are kept, and the standard deviations of their calls. */
interface Register {
  readonly known: readonly KnownStatement[];
  readonly spreads: ReadonlyMap<string, number>;
}

async function readRegister({ tables }: Pick<Platform, "tables">): Promise<Register> {
  const known = await readKnownStatements(tables.query);
  const spreads = known.map(
    ({ database, fingerprint, stddevMs }) =>
      [statementKey(database, fingerprint), stddevMs] as const,
  );
  return { known, spreads: new Map(spreads) };
}

async function readBook(
  { series: source }: Pick<Platform, "series">,
  range: SteppedRange,
  { known, spreads }: Register,
): Promise<StatementBook> {
  const { fromMs, toMs, stepMs } = range;
  const tally = new StatementTally(range);
  for (const part of partsOf(known.length)) {
    for (const series of Object.keys(STATEMENT_SERIES) as StatementSeries[]) {
      const where = part === null ? [] : [{ label: "fingerprint", matches: part }];
      const selector = { name: STATEMENT_SERIES[series], where };
      tally.add(
        series,
        await source.aggregate({ selector, fromMs, toMs, stepMs, by: ["database", "fingerprint"] }),
      );
    }
  }
  const whole = { name: "streamgate_database_seconds", where: [] };
  const seconds = await source.aggregate({
    selector: whole,
    fromMs,
    toMs,
    stepMs,
    by: ["database"],
  });
  const counted = tally.totals();
  const keys = new Set(counted.map((one) => statementKey(one.database, one.fingerprint)));
  const others = ranBetween(known, range)
    .filter(({ database, fingerprint }) => !keys.has(statementKey(database, fingerprint)))
    .map(({ database, fingerprint }) => uncounted(database, fingerprint));
  return new StatementBook({
    counted,
    others,
    secondsByDatabase: new Map(
      seconds.map((group) => [group.labels.database ?? "", amountOf([group], "increase")]),
    ),
    spreads,
  });
}

/** Patterns of fingerprints, each of which finds few enough series; null finds all. */
function partsOf(statements: number): readonly (string | null)[] {
  if (statements <= MOST_STATEMENTS_AT_ONCE) return [null];
  return HEXADECIMAL.split("").map((digit) => `${digit}.*`);
}
