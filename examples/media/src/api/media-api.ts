import fastify, { type FastifyInstance } from "fastify";
import { createDailyStatistics } from "../audience/daily-statistics.ts";
import { createClassifier } from "../classification/classifier.ts";
import { type Database, openDatabase } from "../database/database.ts";
import { createKeywordMatcher } from "../keywords/keyword-matcher.ts";
import { createLatencyRing } from "./latency/latency-ring.ts";
import { recordLatency } from "./latency/record-latency.ts";
import type { MediaContext } from "./media-context.ts";
import {
  type MediaApiOptions,
  type ResolvedMediaApiOptions,
  resolveMediaApiOptions,
} from "./media-options.ts";
import type { NaiveSwitches } from "./naive.ts";
import { answerInProblemDetails } from "./problem.ts";
import { registerCatalogue } from "./routes/catalogue.ts";
import { registerClassifications } from "./routes/classifications.ts";
import { registerContentFeed } from "./routes/content-feed.ts";
import { registerEvents } from "./routes/events.ts";
import { registerHealth } from "./routes/health.ts";
import { registerKeywordMatches } from "./routes/keyword-matches.ts";
import { registerLatency } from "./routes/latency.ts";
import { registerStatistics } from "./routes/statistics.ts";
import { registerStreams } from "./routes/streams.ts";
import { registerTokens } from "./routes/tokens.ts";
import { registerTransactions } from "./routes/transactions.ts";

/** The running service, or one that is about to listen. */
export interface MediaApi {
  readonly app: FastifyInstance;
  readonly naive: NaiveSwitches;
  /** Listens and returns the address: `http://127.0.0.1:8080`. */
  listen(): Promise<string>;
  /** Lets running requests finish, then closes the connections to the database. */
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 256 * 1024;

/**
 * The catalogue's HTTP API on a database that `seedMedia` filled.
 *
 * @throws MediaError `MEDIA_BAD_OPTION`
 */
export function createMediaApi(options: MediaApiOptions): MediaApi {
  const resolved = resolveMediaApiOptions(options);
  const database = openDatabase(resolved);
  const app = fastify({
    logger: { level: "error", stream: process.stderr },
    bodyLimit: BODY_LIMIT_BYTES,
    // An unknown parameter is refused, not dropped in silence.
    ajv: { customOptions: { removeAdditional: false } },
  });
  const context = createContext(resolved, database);
  answerInProblemDetails(app);
  recordLatency(app, context.latency, context.monotonicMs);
  registerRoutes(app, context);
  app.addHook("onClose", () => database.close());
  return {
    app,
    naive: resolved.naive,
    listen: () => app.listen({ host: resolved.host, port: resolved.port }),
    close: () => app.close(),
  };
}

function createContext(options: ResolvedMediaApiOptions, database: Database): MediaContext {
  const { naive, provider, monotonicMs, now } = options;
  return {
    database,
    naive,
    provider,
    monotonicMs,
    latency: createLatencyRing(),
    keywordMatcher: createKeywordMatcher({
      database,
      monotonicMs,
      isAutomatonPerRequest: naive.keywordAutomatonPerRequest,
    }),
    classifier: createClassifier({
      database,
      provider,
      isMemoryless: naive.classificationMemoryless,
    }),
    dailyStatistics: createDailyStatistics({
      database,
      now,
      isFromRawEvents: naive.statisticsFromRawEvents,
    }),
  };
}

function registerRoutes(app: FastifyInstance, context: MediaContext): void {
  registerHealth(app, context);
  registerCatalogue(app, context);
  registerContentFeed(app, context);
  registerStreams(app, context);
  registerTokens(app, context);
  registerTransactions(app, context);
  registerEvents(app, context);
  registerStatistics(app, context);
  registerKeywordMatches(app, context);
  registerClassifications(app, context);
  registerLatency(app, context);
}
