import { rm } from "node:fs/promises";
import { formatDuration, seededRandom, systemClock } from "@streamgate/core";
import type { CommandCall } from "../command-line/command.ts";
import { followServers } from "../command-line/session.ts";
import { showTurn } from "../command-line/show-turn.ts";
import { readVersion } from "../command-line/version.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { Cleanup } from "../platform/cleanup.ts";
import { openPlatform } from "../platform/open-platform.ts";
import type { Platform } from "../platform/platform.ts";
import type { PlatformConfiguration } from "../platform/platform-configuration.ts";
import { processFindings } from "../recommendations/process-findings.ts";
import { shortNameOf } from "../report/short-name.ts";
import { counted } from "../report/wording.ts";
import type { Stage, TurnEvent } from "../turn/events.ts";
import { INSTRUMENTS } from "../turn/instruments.ts";
import { revertStanding } from "../turn/revert-standing.ts";
import { runTurn } from "../turn/run-turn.ts";
import { afterEvent, initialState, type TurnState } from "../turn/turn-state.ts";
import { servePlatform } from "../web/serve-platform.ts";
import { DEMO_SERVICE, demoConfiguration } from "./demo-configuration.ts";
import { type DemoDatabase, resetCounters, startDemoDatabase } from "./demo-database.ts";
import type { DemoOptions } from "./demo-options.ts";
import { type DemoService, seedDatabase, startService } from "./demo-service.ts";
import { type LatencyWindow, readLatency } from "./latency.ts";
import { DEMO_TARGET } from "./running-demo.ts";
import { freshWatchDatabase } from "./watch-database.ts";

/** What all steps of the demo work with. */
interface Demo {
  readonly options: DemoOptions;
  readonly call: CommandCall;
  readonly platform: Platform;
  readonly cleanup: Cleanup;
  /** What the platform watches: more of it as the demo comes up. */
  readonly configuration: { now: PlatformConfiguration };
  /** Aborted by the user, or when a part of the demo ends by itself. */
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
}

/** How long the visitors come before anybody looks: caches fill, connections open. */
const WARM_UP_MS = 1_500;
/** Half as often as `streamgate serve` does: two cores do all of the demo. */
const LOOK_EVERY_MS = 2_000;

/**
 * The whole loop on a service of the demo's own: dashboard, database, data, API, visitors, and one turn that observes, diagnoses, proves,
 * applies and verifies. All that was started ends with it.
 */
export async function runDemo(options: DemoOptions, call: CommandCall): Promise<void> {
  const cleanup = new Cleanup();
  const trouble = new AbortController();
  try {
    const configuration = { now: demoConfiguration({ port: options.port }) };
    const platform = await openPlatform({
      readConfiguration: async () => configuration.now,
      version: await readVersion(),
      folder: call.folder,
      storeUrl: call.settings.text("store"),
      monitorUrl: freshWatchDatabase(),
      collection: { intervalMs: LOOK_EVERY_MS },
      log: (line) => call.terminal.tell(line),
    });
    cleanup.add(() => platform.stop());
    const demo: Demo = {
      options,
      call,
      platform,
      cleanup,
      configuration,
      signal: AbortSignal.any([call.signal, trouble.signal]),
      fail: (error) => trouble.abort(error),
    };
    await openDashboard(demo);
    const database = await bringUpDatabase(demo);
    await takeBackEarlierFixes(demo, database);
    const service = await bringUpService(demo, database);
    await watchTheLoop(demo, database, service);
    if (!options.isOnce) await stayUntilStopped(demo);
  } finally {
    await cleanup.run();
  }
}

async function openDashboard({ platform, cleanup, call }: Demo): Promise<void> {
  const served = await servePlatform(platform);
  cleanup.add(() => served.close());
  call.terminal.tell(`\nStreamGate shows what it does at ${served.url}\n`);
}

async function bringUpDatabase(demo: Demo): Promise<DemoDatabase> {
  const { options, call, platform, cleanup, signal } = demo;
  say(demo, "starting PostgreSQL");
  const database = await startDemoDatabase(call.folder, options.isFresh);
  cleanup.add(() => database.cluster.stop());
  signal.throwIfAborted();
  say(demo, "loading the data of a streaming service");
  const startedMs = performance.now();
  const seeded = await seedDatabase(database.url, options.scale, signal, (done, total, table) =>
    platform.activity.set(`loading ${table}, ${Math.round((100 * done) / Math.max(1, total))} %`),
  );
  const took = formatDuration(performance.now() - startedMs);
  call.terminal.tell(
    seeded.isReused
      ? `  ${counted(seeded.rows, "row")} are there from an earlier demo`
      : `  ${counted(seeded.rows, "row")} in ${took}`,
  );
  return database;
}

/** The story is told anew each time: what an earlier demo applied is taken back first. */
async function takeBackEarlierFixes(demo: Demo, database: DemoDatabase): Promise<void> {
  const { platform, call, signal } = demo;
  const standing = await platform.store.standingFindings(DEMO_TARGET);
  if (standing.length === 0) return;
  say(demo, `taking back ${counted(standing.length, "fix", "fixes")} of an earlier demo`);
  for (const { id, finding } of standing) {
    if (finding.fix === undefined) continue;
    await revertStanding(
      {
        run: null,
        target: DEMO_TARGET,
        finding: id,
        fix: finding.fix,
        connectionString: database.url,
        reason: "the demo starts anew",
      },
      platform.store,
      INSTRUMENTS,
      { clock: systemClock, random: seededRandom(1), signal, onProgress: () => undefined },
    );
  }
  call.terminal.tell("  done");
}

/** From now on the platform watches the database and the API, too. */
async function bringUpService(demo: Demo, database: DemoDatabase): Promise<DemoService> {
  const { options, platform, configuration, cleanup, signal } = demo;
  say(demo, "starting the API and its visitors");
  const service = await startService(database.url, options.rate, demo.fail);
  cleanup.add(() => service.stop());
  configuration.now = demoConfiguration({
    port: options.port,
    databaseUrl: database.url,
    api: { url: service.apiUrl, token: service.agentToken },
  });
  await platform.reload();
  await systemClock.sleep(WARM_UP_MS, signal);
  await resetCounters(database.url);
  return service;
}

/** An applied fix is a change that the monitor weighs as a cause of what it sees afterwards. */
function noteFix(event: TurnEvent, platform: Platform, turn: TurnState): void {
  if (event.kind !== "application") return;
  const found = turn.findings.find(({ finding }) => finding.id === event.finding)?.finding;
  const { appliedAt } = event.application;
  const change = {
    id: `${event.finding}:${appliedAt}`,
    kind: "fix-applied",
    atMs: Date.parse(appliedAt),
    summary: found === undefined ? event.finding : shortNameOf(found),
    labels: { service: DEMO_SERVICE, finding: event.finding },
  } as const;
  // A change that is not kept is missing from a timeline: no reason to disturb the demo.
  platform
    .monitor()
    .recordChange(change)
    .catch(() => undefined);
}

async function watchTheLoop(
  demo: Demo,
  database: DemoDatabase,
  service: DemoService,
): Promise<void> {
  const { options, call, platform, signal } = demo;
  const { memory } = platform;
  const runFolder = await makeRunFolder(call.folder);
  demo.cleanup.add(() => rm(runFolder, { recursive: true, force: true }));
  const api: ApiFigures = { before: null, after: null };
  const notes: Promise<void>[] = [];
  let turn = initialState(DEMO_TARGET, "verify");
  await showTurn(
    {
      terminal: call.terminal,
      isJson: call.settings.isOn("json"),
      memory,
      isQuiet: !options.isOnce,
      more: () => ({ api: figuresOf(api) }),
    },
    { target: DEMO_TARGET, goal: "verify" },
    async (onEvent) => {
      await runTurn(
        {
          connectionString: database.url,
          targetName: DEMO_TARGET,
          goal: "verify",
          observation: { kind: "window", ms: options.observeMs },
          folder: runFolder,
          sharedFolder: call.folder.root,
          verifyMs: options.verifyMs,
          told: () => processFindings(platform.processes()).map(({ finding }) => finding),
        },
        platform.store,
        {
          clock: systemClock,
          random: seededRandom(Date.now()),
          signal,
          instruments: INSTRUMENTS,
          confirm: async () => true,
        },
        (event) => {
          turn = afterEvent(turn, event);
          followServers(memory, event);
          onEvent(event);
          noteFix(event, platform, turn);
          showActivity(event, platform);
          notes.push(noteLatency(event, turn, service, api));
        },
      );
      await Promise.all(notes);
    },
  );
  platform.activity.set(null);
  const { p95 } = figuresOf(api) ?? {};
  if (p95 === undefined) return;
  call.terminal.tell(
    `The API's own 95th percentile: ${formatDuration(p95.before)} before, ${formatDuration(p95.after)} after (measured by the API).`,
  );
}

/** What the dashboard says that StreamGate does. */
function showActivity(event: TurnEvent, { activity, live }: Platform): void {
  if (event.kind === "stage started") activity.set(STAGE_ACTIVITIES[event.stage]);
  if (event.kind === "progress") activity.set(event.progress.activity);
  else live.changed("recommendations", "now");
}

const STAGE_ACTIVITIES: Readonly<Record<Stage, string>> = {
  observe: "watching what the visitors ask of the database",
  diagnose: "looking for what costs most",
  prove: "trying the fixes on a copy of the rows",
  apply: "applying what was proven",
  verify: "watching whether production got better",
};

/** Of the API itself, over the windows before and after the applies. */
interface ApiFigures {
  before: LatencyWindow | null;
  after: LatencyWindow | null;
}

/** The API's own figures; null until both windows are there. */
function figuresOf({ before, after }: ApiFigures): {
  readonly p95: { before: number; after: number; unit: "ms"; rung: "measured" };
  readonly requests: { readonly before: number; readonly after: number };
} | null {
  if (!before || !after || before.p95Ms === null || after.p95Ms === null) return null;
  return {
    p95: { before: before.p95Ms, after: after.p95Ms, unit: "ms", rung: "measured" },
    requests: { before: before.requests, after: after.requests },
  };
}

/** Reads the API's own figures over the two windows in which production was watched. */
async function noteLatency(
  event: TurnEvent,
  turn: TurnState,
  { apiUrl }: DemoService,
  api: ApiFigures,
): Promise<void> {
  if (event.kind === "apply started" && api.before === null) {
    const stage = turn.stages.find(({ stage: name }) => name === "apply");
    const sinceMs = Date.parse(event.at) - Date.parse(stage?.startedAt ?? event.at);
    if (sinceMs > 0) api.before = await readLatency(apiUrl, sinceMs);
  }
  if (event.kind === "stage finished" && event.stage === "verify")
    api.after = await readLatency(apiUrl, event.durationMs);
}

async function stayUntilStopped({ call, signal }: Demo): Promise<void> {
  call.terminal.tell(
    "\nThe service keeps running; look around on the dashboard. Ctrl-C ends it all.",
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!call.signal.aborted) throw signal.reason;
}

function say({ call, platform }: Demo, activity: string): void {
  platform.activity.set(activity);
  call.terminal.tell(`${activity.charAt(0).toUpperCase()}${activity.slice(1)} …`);
}
