import type { Cache } from "@streamgate/cache";
import type { DailyStatistics } from "../audience/daily-statistics.ts";
import type { Answers } from "../cache/answers.ts";
import type { Classifier } from "../classification/classifier.ts";
import type { ClassificationProvider } from "../classification/provider.ts";
import type { TransactionalDatabase } from "../database/database.ts";
import type { KeywordMatcher } from "../keywords/keyword-matcher.ts";
import type { LatencyRing } from "./latency/latency-ring.ts";
import type { NaiveSwitches } from "./naive.ts";

/** What the routes work with. */
export interface MediaContext {
  readonly database: TransactionalDatabase;
  readonly answers: Answers;
  /** What stands behind the answers, where there is one. */
  readonly cache: Cache | undefined;
  readonly naive: NaiveSwitches;
  readonly keywordMatcher: KeywordMatcher;
  readonly classifier: Classifier;
  readonly provider: ClassificationProvider;
  readonly dailyStatistics: DailyStatistics;
  readonly latency: LatencyRing;
  /** Milliseconds of a monotonic clock. */
  readonly monotonicMs: () => number;
}
