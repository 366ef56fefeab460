import type { Clock, Random } from "@streamgate/core";
import type { Monitor } from "@streamgate/monitor";
import type { Registry } from "@streamgate/telemetry";
import type { SeriesSource } from "../charts/series-source.ts";
import type { DataFolder } from "../configuration/data-folder.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { LiveBus } from "../live/live-bus.ts";
import type { MemoryWatch } from "../memory/memory-watch.ts";
import type { Recommendations } from "../recommendations/recommendations.ts";
import type { Store } from "../store/store.ts";
import type { KeptTwins } from "../what-if/kept-twins.ts";
import type { ReloadOutcome } from "./keep-configuration.ts";
import type { PlatformConfiguration } from "./platform-configuration.ts";
import type { RecentPoints } from "./recent-points.ts";
import type { SourceBoard } from "./source-board.ts";
import type { StorePool } from "./store-pool.ts";
import type { WatchedProcess } from "./watched-processes.ts";

/** What is asked of the platform by its two skins: the HTTP API with its pages, and the command line. */
export interface Platform {
  readonly version: string;
  readonly startedAtMs: number;
  /** Who this instance is, for people: host and process. */
  readonly instance: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly folder: DataFolder;
  /** That of the moment. */
  configuration(): PlatformConfiguration;
  configurationLoadedAtMs(): number;
  /** Reads it again. @throws StreamGateError where it is wrong; then nothing changes */
  reload(): Promise<ReloadOutcome>;
  /** What was found, proven, applied and verified. */
  readonly store: Store;
  /** Whether the store is in the data folder, on a server that StreamGate starts itself. */
  readonly isStoreEmbedded: boolean;
  /** The platform's own tables in the store. */
  readonly tables: StorePool;
  /** That of the moment: it goes where the store goes. */
  monitor(): Monitor;
  /** The last minutes of every series, in memory. */
  readonly recent: RecentPoints;
  /** Series put together, from memory or the history; what was read is kept for a moment. */
  readonly series: SeriesSource;
  /** The watched processes that answered lately, with what they said last. */
  processes(): readonly WatchedProcess[];
  readonly sources: SourceBoard;
  readonly live: LiveBus;
  /** What StreamGate does at this moment outside of jobs: `loading the data`; null where nothing. */
  readonly activity: { get(): string | null; set(text: string | null): void };
  /** What is done in the background: observe, prove, apply, verify, revert. */
  readonly jobs: Jobs;
  /** What is advised: by the store, and by the watched processes. */
  readonly recommendations: Recommendations;
  /** Planners of the watched databases for what does not exist; kept for some minutes after they were asked. */
  readonly twins: KeptTwins;
  readonly memory: MemoryWatch;
  readonly registry: Registry;
  /** Aborted when the platform ends. */
  readonly signal: AbortSignal;
  /** Tells whoever reads the log. */
  log(line: string): void;
  stop(): Promise<void>;
}
