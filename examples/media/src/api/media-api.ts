import { agent } from "@streamgate/agent/fastify";
import type { Cache } from "@streamgate/cache";
import fastify, { type FastifyInstance } from "fastify";
import { createCachedDailyStatistics } from "../audience/cached-daily-statistics.ts";
import { createDailyStatistics } from "../audience/daily-statistics.ts";
import { type Answers, uncachedAnswers } from "../cache/answers.ts";
import { CachedAnswers } from "../cache/cached-answers.ts";
import { refuseByDefault } from "../cache/edge-headers.ts";
import { openMediaCache } from "../cache/media-cache.ts";
import { makeWarmable } from "../cache/warmable.ts";
import { createCachedClassifier } from "../classification/cached-classifier.ts";
import { createClassifier } from "../classification/classifier.ts";
import { type Database, openDatabase, type TransactionalDatabase } from "../database/database.ts";
import { createCachedKeywordMatcher } from "../keywords/cached-keyword-matcher.ts";
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
import { registerCache } from "./routes/cache.ts";
import { registerCatalogue } from "./routes/catalogue.ts";
import { registerClassifications } from "./routes/classifications.ts";
import { registerContentFeed } from "./routes/content-feed.ts";
import { registerContentUpdate } from "./routes/content-update.ts";
import { registerEvents } from "./routes/events.ts";
import { registerHealth } from "./routes/health.ts";
import { registerKeywordMatches } from "./routes/keyword-matches.ts";
import { registerKeywordUpdate } from "./routes/keyword-update.ts";
import { registerLatency } from "./routes/latency.ts";
import { registerProfiles } from "./routes/profiles.ts";
import { registerStatistics } from "./routes/statistics.ts";
import { registerStreams } from "./routes/streams.ts";
import { registerTokens } from "./routes/tokens.ts";
import { registerTransactions } from "./routes/transactions.ts";
import { registerTransfers } from "./routes/transfers.ts";
import { traceRequests } from "./trace-requests.ts";

/** The running service, or one that is about to listen. */
export interface MediaApi {
  readonly app: FastifyInstance;
  readonly naive: NaiveSwitches;
  /** What stands behind the answers, where one was chosen. */
  readonly cache: Cache | undefined;
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
  const opened = openAnswers(resolved, app);
  const { answers, cache } = opened;
  const context = createContext(resolved, { database, answers, cache });
  if (cache !== undefined) makeWarmable(cache, database);
  watchProcess(app, resolved.agentToken, database);
  const tracing = traceRequests(resolved);
  answerInProblemDetails(app);
  recordLatency(app, context.latency, context.monotonicMs);
  registerRoutes(app, context);
  app.addHook("onClose", async () => {
    await opened.close();
    await database.close();
    await tracing?.close();
  });
  return {
    app,
    naive: resolved.naive,
    cache,
    listen: async () => {
      await cache?.ready();
      return app.listen({ host: resolved.host, port: resolved.port });
    },
    close: () => app.close(),
  };
}

/** Pools of `pg`, clients of Redis and caches are found by themselves. */
function watchProcess(app: FastifyInstance, token: string | undefined, database: Database): void {
  if (token === undefined) return;
  app.register(agent, {
    service: "media",
    token,
    readiness: { database: () => database.query("select 1") },
  });
}

interface OpenAnswers {
  readonly answers: Answers;
  readonly cache: Cache | undefined;
  close(): Promise<void>;
}

/** The database alone, or the cache in front of it. */
function openAnswers(options: ResolvedMediaApiOptions, app: FastifyInstance): OpenAnswers {
  const { cache: choice, databaseUrl } = options;
  if (choice.kind === "off") {
    return { answers: uncachedAnswers, cache: undefined, close: async () => undefined };
  }
  const onWarning = (warning: string): void => app.log.error(warning);
  const opened = openMediaCache({ choice, databaseUrl, onWarning });
  const { cache } = opened;
  if (choice.edge !== undefined) refuseByDefault(app);
  const answers = new CachedAnswers({ cache, edge: choice.edge, onPending: onWarning });
  return { answers, cache, close: () => opened.close() };
}

function createContext(
  options: ResolvedMediaApiOptions,
  parts: {
    readonly database: TransactionalDatabase;
    readonly answers: Answers;
    readonly cache: Cache | undefined;
  },
): MediaContext {
  const { naive, provider, monotonicMs } = options;
  const services =
    parts.cache === undefined
      ? servicesOf(options, parts.database)
      : cachedServicesOf(options, parts);
  return { ...parts, ...services, naive, provider, monotonicMs, latency: createLatencyRing() };
}

type Services = Pick<MediaContext, "keywordMatcher" | "classifier" | "dailyStatistics">;

/** As the naive switches say. */
function servicesOf(options: ResolvedMediaApiOptions, database: TransactionalDatabase): Services {
  const { naive, provider, monotonicMs, now } = options;
  return {
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

/** The cache remembers for them, and hears what changes. */
function cachedServicesOf(
  { provider, now }: ResolvedMediaApiOptions,
  { database, answers }: Pick<MediaContext, "database" | "answers">,
): Services {
  return {
    keywordMatcher: createCachedKeywordMatcher(answers, database),
    classifier: createCachedClassifier(answers, database, provider),
    dailyStatistics: createCachedDailyStatistics(answers, database, now),
  };
}

function registerRoutes(app: FastifyInstance, context: MediaContext): void {
  registerHealth(app, context);
  registerCatalogue(app, context);
  registerContentUpdate(app, context);
  registerContentFeed(app, context);
  registerProfiles(app, context);
  registerStreams(app, context);
  registerTokens(app, context);
  registerTransfers(app, context);
  registerTransactions(app, context);
  registerEvents(app, context);
  registerStatistics(app, context);
  registerKeywordMatches(app, context);
  registerKeywordUpdate(app, context);
  registerClassifications(app, context);
  registerLatency(app, context);
  registerCache(app, context);
}
