import { hostname } from "node:os";
import { type ServingAgent, startAgent } from "@streamgate/agent";
import { messageOf, seededRandom, systemClock } from "@streamgate/core";
import { createMonitor, type Monitor, type MonitorOptions, type Target } from "@streamgate/monitor";
import { createRegistry } from "@streamgate/telemetry";
import { WATCHED_FOR_ANOMALIES } from "../analytics/list-anomalies.ts";
import { openSeriesSource } from "../charts/series-source.ts";
import { followServers } from "../command-line/session.ts";
import type { DataFolder } from "../configuration/data-folder.ts";
import { rememberedIndexes } from "../indexes/remembered-indexes.ts";
import { createJobWork } from "../jobs/job-work.ts";
import { openJobs } from "../jobs/jobs.ts";
import { createLiveBus } from "../live/live-bus.ts";
import { startMemoryWatch } from "../memory/memory-watch.ts";
import { followAppliedChanges } from "../recommendations/applied-changes.ts";
import { processFindings } from "../recommendations/process-findings.ts";
import { openRecommendations } from "../recommendations/recommendations.ts";
import { addressOf } from "../secrets/redact.ts";
import { openStore, openStoreServer } from "../store/open-store.ts";
import { INSTRUMENTS } from "../turn/instruments.ts";
import { keepMonitor } from "../watching/keep-monitor.ts";
import { problemTeller } from "../watching/problem-teller.ts";
import { keepTwins } from "../what-if/kept-twins.ts";
import { Cleanup } from "./cleanup.ts";
import { keepConfiguration } from "./keep-configuration.ts";
import { LIVE_METRICS } from "./live-metrics.ts";
import type { Platform } from "./platform.ts";
import type { PlatformConfiguration } from "./platform-configuration.ts";
import { keepRecentPoints } from "./recent-points.ts";
import { createSourceBoard } from "./source-board.ts";
import { startCollecting } from "./start-collecting.ts";
import { openStorePool } from "./store-pool.ts";
import { followProcesses, type WatchedProcess } from "./watched-processes.ts";

export interface PlatformOptions {
  /** Reads the configuration, at the start and for each reload. */
  readonly readConfiguration: () => Promise<PlatformConfiguration>;
  readonly version: string;
  readonly folder: DataFolder;
  /** Address of the store; the embedded one in the data folder where it is absent. */
  readonly storeUrl: string | undefined;
  /** Database on the store's server that the monitor uses. @default the store's own */
  readonly monitorUrl?: (storeUrl: string) => Promise<string>;
  readonly collection?: MonitorOptions["collection"];
  readonly log: (line: string) => void;
}

/** Charts of the last quarter of an hour need no history. */
const RECENT_MS = 15 * 60_000;
/** Orchestrators kill after half a minute. */
const END_WITHIN_MS = 20_000;
/** How often the monitor polls where nothing else was said. */
const POLLED_EVERY_MS = 1_000;

/** Puts the platform together: store, monitor, own agent, memory of the last minutes. All that it starts ends with it. */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const cleanup = new Cleanup();
  try {
    return await open(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function open(options: PlatformOptions, cleanup: Cleanup): Promise<Platform> {
  const { folder, storeUrl, version, log } = options;
  const clock = systemClock;
  const startedAtMs = clock.now().getTime();
  const ending = new AbortController();
  const parts: { takeOver(configuration: PlatformConfiguration): Promise<void> } = {
    takeOver: async () => undefined,
  };
  const kept = await keepConfiguration({
    read: options.readConfiguration,
    takeOver: (configuration) => parts.takeOver(configuration),
    clock,
  });
  const registry = createRegistry();
  const memory = startMemoryWatch();
  cleanup.add(async () => memory.stop());
  // Advice is for the services that are watched: of StreamGate itself its figures and alerts are enough.
  const agent = await startAgent({ service: "streamgate", registry, rules: false });
  cleanup.add(() => agent.stop());

  const server = await openStoreServer(storeUrl, folder);
  cleanup.add(() => server.release());
  if (server.pid !== null) memory.watchServer("store", server.pid);
  const store = await openStore(storeUrl, folder);
  cleanup.add(() => store.close());
  const tables = openStorePool(
    () => server.locate(),
    () => server.isStopping(),
  );
  cleanup.add(() => tables.close());

  const live = createLiveBus(startedAtMs);
  cleanup.add(async () => live.close());
  const sources = createSourceBoard(() => live.changed("sources"));
  const recent = keepRecentPoints(LIVE_METRICS, RECENT_MS);
  const processes = followProcesses();
  let activity: string | null = null;

  const tellProblem = problemTeller((event) => {
    if (event.kind === "problem") log(`monitor, ${event.part}: ${event.reason}`);
  });
  const openMonitor = (database: string): Promise<Monitor> => {
    const { watch } = kept.now();
    return createMonitor({
      database,
      targets: targetsOf(kept.now(), agent),
      rules: watch.rules,
      alerting: watch.alerting,
      history: watch.history,
      anomalies: WATCHED_FOR_ANOMALIES,
      ...(options.collection === undefined ? {} : { collection: options.collection }),
      registry,
      onPoints: (points) => recent.add(points),
      onReport: (report, target) => processes.hear(report, target, clock.now().getTime()),
      onTransition: () => live.changed("alerts", "incidents", "now"),
      onProblem: tellProblem,
    });
  };
  const monitorUrl = options.monitorUrl ?? (async (url: string) => url);
  const locating = { ...server, locate: async () => monitorUrl(await server.locate()) };
  const monitor = await keepMonitor(locating, openMonitor, (event) => {
    if (event.kind === "problem") log(`${event.part}: ${event.reason}`);
    if (event.kind === "store lost") log("the store is gone; it is looked for");
    if (event.kind === "store found") log("the store is back");
    live.changed("sources");
  });
  cleanup.add(() => monitor.stop());

  const instance = `${hostname()}:${process.pid}`;
  const random = seededRandom(process.pid);
  const appliedChanges = followAppliedChanges({
    tables,
    recordChange: (change) => monitor.now.recordChange(change),
    log,
  });
  cleanup.add(() => appliedChanges.stop());
  const heardProcesses = (): readonly WatchedProcess[] => processes.list(clock.now().getTime());
  const jobs = openJobs({
    tables,
    instance,
    work: createJobWork({
      configuration: () => kept.now(),
      store,
      folder,
      clock,
      random,
      instruments: INSTRUMENTS,
      watchedIndexes: (database) => rememberedIndexes(tables.query, database),
      told: () => processFindings(heardProcesses()).map(({ finding }) => finding),
      onEvent: (event) => followServers(memory, event),
    }),
    onChange: () => {
      live.changed("jobs", "recommendations", "now");
      void appliedChanges.look();
    },
    log,
  });
  cleanup.add(() => jobs.stop());
  const twins = keepTwins({ folder, clock, random, log });
  cleanup.add(() => twins.close());
  const recommendations = openRecommendations({
    tables,
    store,
    configuration: () => kept.now(),
    processes: heardProcesses,
    clock,
  });

  const series = openSeriesSource({ clock, monitor: () => monitor.now, recent });
  cleanup.add(() => series.close());
  const collecting = startCollecting({
    clock,
    random,
    instance,
    sources,
    live,
    series,
    tables,
    jobs,
    log,
    monitor: () => monitor.now,
    storeName: addressOf(await server.locate()),
    pollEveryMs: options.collection?.intervalMs ?? POLLED_EVERY_MS,
  });
  cleanup.add(() => collecting.stop());
  await collecting.takeOver(kept.now());
  parts.takeOver = async (configuration) => {
    const { rules, alerting } = configuration.watch;
    await monitor.now.reload({ targets: targetsOf(configuration, agent), rules, alerting });
    await collecting.takeOver(configuration);
  };

  return {
    version,
    startedAtMs,
    instance,
    clock,
    random,
    folder,
    configuration: kept.now,
    configurationLoadedAtMs: kept.loadedAtMs,
    reload: async () => {
      const outcome = await kept.reload();
      if (outcome.outcome === "reloaded") live.changed("configuration", "sources", "now");
      return outcome;
    },
    store,
    isStoreEmbedded: storeUrl === undefined,
    tables,
    monitor: () => monitor.now,
    recent,
    series,
    processes: heardProcesses,
    sources,
    live,
    activity: {
      get: () => activity,
      set: (text) => {
        activity = text;
        live.changed("now");
      },
    },
    jobs,
    recommendations,
    twins,
    memory,
    registry,
    signal: ending.signal,
    log,
    stop: async () => {
      ending.abort();
      await cleanup
        .run(END_WITHIN_MS)
        .catch((error: unknown) => log(`while ending: ${messageOf(error)}`));
    },
  };
}

/** StreamGate watches itself like anybody else. */
function targetsOf({ watch }: PlatformConfiguration, agent: ServingAgent): readonly Target[] {
  const token = process.env.STREAMGATE_AGENT_TOKEN ?? "";
  return [...watch.targets, { url: agent.url, ...(token === "" ? {} : { token }) }];
}
