import type { RecommendationPage, RecommendationsQuery, TrackRecord } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import { conflict, notFound } from "../api/refusal.ts";
import type { PlatformConfiguration } from "../platform/platform-configuration.ts";
import type { StorePool } from "../platform/store-pool.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import type { Store } from "../store/store.ts";
import { databaseOf } from "./database-of.ts";
import { type Dismissal, dismissalTable } from "./dismissals.ts";
import { rememberFirstHeard } from "./first-heard.ts";
import { storedRecommendation, toldRecommendation, withHrefs } from "./made-recommendations.ts";
import { pageOf } from "./page-of.ts";
import { type ProcessFinding, processFindings } from "./process-findings.ts";
import type { Recommendation } from "./recommendation.ts";
import { findingsVersion, readStoredFindings, type StoredFinding } from "./stored-findings.ts";
import { trackRecordOf } from "./track-record.ts";
import { readWatchFindings, type WatchFinding } from "./watch-findings.ts";

/** All that StreamGate advises: what turns found, what watched processes tell, and what comes of watching databases. */
export interface Recommendations {
  all(): Promise<readonly Recommendation[]>;
  page(query: RecommendationsQuery): Promise<RecommendationPage>;
  /** @throws ApiRefusal 404; 409 where several targets have it and none is named */
  one(id: string, target: string | undefined): Promise<Recommendation>;
  /** How well predictions held on the recommendation's database. */
  trackRecord(of: Recommendation): Promise<TrackRecord | null>;
  dismiss(one: Recommendation, by: string, reason: string | undefined): Promise<void>;
  restore(one: Recommendation): Promise<void>;
}

export interface RecommendationsParts {
  readonly tables: StorePool;
  readonly store: Store;
  readonly configuration: () => PlatformConfiguration;
  readonly processes: () => readonly WatchedProcess[];
  readonly clock: Clock;
}

/** However little the store's version says: a run may end after a later one. */
const LONGEST_KEPT_MS = 10_000;

interface Kept {
  readonly version: string;
  readonly readAtMs: number;
  readonly found: readonly StoredFinding[];
  readonly dismissals: readonly Dismissal[];
  readonly watched: readonly WatchFinding[];
}

/** The list, and what it was made of. */
interface Built {
  readonly kept: Kept;
  readonly databases: PlatformConfiguration["databases"];
  readonly told: readonly ProcessFinding[];
  readonly all: readonly Recommendation[];
}

/** Reads what the store holds again only when it has changed. */
export function openRecommendations(parts: RecommendationsParts): Recommendations {
  const { tables, store, configuration, processes, clock } = parts;
  const dismissals = dismissalTable(tables);
  const firstHeard = rememberFirstHeard();
  let kept: Kept | undefined;
  let reading: Promise<Kept> | undefined;
  let built: Built | undefined;

  const read = async (): Promise<Kept> => {
    const version = await findingsVersion(tables);
    const nowMs = clock.monotonicMs();
    if (kept?.version === version && nowMs - kept.readAtMs < LONGEST_KEPT_MS) return kept;
    const [found, dismissed, watched] = await Promise.all([
      readStoredFindings(tables),
      dismissals.list(),
      readWatchFindings(tables.query),
    ]);
    kept = { version, readAtMs: nowMs, found, dismissals: dismissed, watched };
    return kept;
  };
  const readOnce = (): Promise<Kept> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const all = async (): Promise<readonly Recommendation[]> => {
    const now = await readOnce();
    const told = processFindings(processes());
    firstHeard.note(told);
    const { databases } = configuration();
    if (built?.kept === now && built.databases === databases && areSame(built.told, told))
      return built.all;
    // What a turn has taken up of what processes tell is shown with its proof.
    const adopted = new Set(now.found.flatMap((one) => (one.isGone ? [] : one.finding.id)));
    const onlyTold = told.filter(({ finding }) => !adopted.has(finding.id));
    const isReachable = (target: string): boolean => databaseOf(databases, target) !== undefined;
    const made = withHrefs([
      ...now.found.map((one) => storedRecommendation(one, isReachable(one.target))),
      ...now.watched.map(({ database, finding, sinceMs }) =>
        toldRecommendation(database, finding, sinceMs, now.dismissals),
      ),
      ...onlyTold.map((one) =>
        toldRecommendation(one.service, one.finding, firstHeard.sinceMs(one), now.dismissals),
      ),
    ]);
    built = { kept: now, databases, told, all: made };
    return made;
  };

  return {
    all,
    page: async (query) => pageOf(await all(), query),
    one: async (id, target) => {
      const matches = (await all()).filter(
        ({ summary }) => summary.id === id && (target === undefined || summary.target === target),
      );
      const [only, second] = matches;
      if (only === undefined) throw notFound("recommendation", id);
      if (second === undefined) return only;
      const targets = matches.map(({ summary }) => summary.target);
      throw conflict(
        `${targets.join(" and ")} have a finding ${id} each`,
        `say which is meant: ?target=${encodeURIComponent(only.summary.target)}`,
      );
    },
    trackRecord: async (of) => trackRecordOf((await readOnce()).found, of),
    dismiss: async ({ summary, isTold }, by, reason) => {
      const { target, id } = summary;
      if (isTold) await dismissals.add(target, id, by, reason ?? null);
      else await store.moveFinding(target, id, "dismissed");
      kept = undefined;
    },
    restore: async ({ summary, isTold }) => {
      const { target, id } = summary;
      if (isTold) await dismissals.remove(target, id);
      else await store.moveFinding(target, id, "found");
      kept = undefined;
    },
  };
}

function areSame(one: readonly ProcessFinding[], other: readonly ProcessFinding[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ finding, service }, at) => {
      const told = other[at];
      return told?.finding === finding && told.service === service;
    })
  );
}
