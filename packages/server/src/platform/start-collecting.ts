import { messageOf } from "@streamgate/core";
import { type CollectorParts, collectorsOf } from "../collectors/collectors-of.ts";
import { runCollectors } from "../collectors/run-collectors.ts";
import { liveFigures } from "../live/live-figures.ts";
import { beat, beatOnGrid } from "./beat.ts";
import { followCollectingRight } from "./collecting-right.ts";
import { followMonitor } from "./monitor-sources.ts";
import type { Platform } from "./platform.ts";
import type { PlatformConfiguration } from "./platform-configuration.ts";
import { shareStandings } from "./shared-standings.ts";

export interface CollectingOptions
  extends Pick<
    Platform,
    "clock" | "random" | "sources" | "live" | "series" | "tables" | "jobs" | "monitor" | "log"
  > {
  readonly instance: string;
  readonly storeName: string;
  /** How often the monitor polls its targets. */
  readonly pollEveryMs: number;
}

/** What reads sources, and tells how they are. */
export interface Collecting {
  /** Goes on by another configuration: sources that are as they were are not disturbed. */
  takeOver(configuration: PlatformConfiguration): Promise<void>;
  stop(): Promise<void>;
}

const TICK_MS = 1_000;
/** Targets are polled at whole seconds: what they said is told at once, and not almost a second later. */
const AFTER_POLL_MS = 150;
const SHARE_EVERY_MS = 4_000;
/** The history is tried again each five seconds at the latest. */
const WRITE_PROBLEM_MS = 12_000;

/** Starts what reads databases and Redis servers, what follows the monitor, and the tick of the live figures. */
export function startCollecting(options: CollectingOptions): Collecting {
  const { clock, random, sources, live, series, tables, jobs, monitor, log } = options;
  const mayCollect = followCollectingRight();
  const isCollecting = (): boolean =>
    mayCollect({
      isLeading: monitor().health().alerting.isLeading,
      nowMs: clock.now().getTime(),
      store: sources.standingOf("store"),
    });
  const collectors = runCollectors({
    clock,
    random,
    board: sources,
    isLeading: isCollecting,
    log,
  });
  const parts: CollectorParts = {
    tables,
    jobs,
    clock,
    series,
    feed: (points) => monitor().feed(points),
    readHistory: async (query) => (await monitor().history?.aggregate(query)) ?? [],
    readChanges: (fromMs, toMs) => monitor().incidents.changes(fromMs, toMs),
    storeName: options.storeName,
    writeProblem: () => {
      const { problems, points } = monitor().health();
      const { history } = problems;
      const isRecent = clock.now().getTime() - (history?.atMs ?? 0) < WRITE_PROBLEM_MS;
      return isRecent && (points?.waiting ?? 0) > 0 ? history?.reason : undefined;
    },
  };

  const monitorSources = followMonitor(sources, options.pollEveryMs);
  const look = async (): Promise<void> => {
    const now = clock.now();
    monitorSources.look(monitor().health(), now.getTime());
    sources.look(now.getTime());
    // For nobody it is not worth the work.
    if (live.listeners === 0) return;
    live.tick(now.toISOString(), { ...(await liveFigures(series, now.getTime())) });
  };
  const share = (): Promise<void> =>
    shareStandings({
      tables,
      board: sources,
      clock,
      instance: options.instance,
      ids: collectors.ofLeader,
      isReading: isCollecting,
    });
  const beats = [
    beatOnGrid(clock, { everyMs: TICK_MS, offsetMs: AFTER_POLL_MS }, look, (error) =>
      log(`tick: ${messageOf(error)}`),
    ),
    // That the store is gone is told by its own source.
    beat(SHARE_EVERY_MS, share, () => undefined),
  ];
  return {
    takeOver: (configuration) => collectors.set(collectorsOf(configuration, parts)),
    stop: async () => {
      await Promise.all(beats.map((one) => one.stop()));
      await collectors.stop();
    },
  };
}
