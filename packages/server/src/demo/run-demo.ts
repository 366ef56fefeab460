import { formatDuration, seededRandom, systemClock } from "@streamgate/core";
import type { CommandCall } from "../command-line/command.ts";
import { followServers, type Session } from "../command-line/session.ts";
import { showTurn } from "../command-line/show-turn.ts";
import { servePage } from "../page/serve-page.ts";
import { shortNameOf } from "../report/short-name.ts";
import { counted } from "../report/wording.ts";
import type { TurnEvent } from "../turn/events.ts";
import { INSTRUMENTS } from "../turn/instruments.ts";
import { revertStanding } from "../turn/revert-standing.ts";
import { runTurn } from "../turn/run-turn.ts";
import { Cleanup } from "./cleanup.ts";
import { type DemoDatabase, resetCounters, startDemoDatabase } from "./demo-database.ts";
import type { DemoOptions } from "./demo-options.ts";
import { type DemoService, seedDatabase, startService } from "./demo-service.ts";
import { createDemoView, type DemoView } from "./demo-view.ts";
import { type LatencyWatch, watchLatency } from "./latency-watch.ts";
import { DEMO_TARGET } from "./running-demo.ts";
import { type ServiceWatch, startServiceWatch } from "./watch/service-watch.ts";

/** What all steps of the demo work with. */
interface Demo {
  readonly options: DemoOptions;
  readonly call: CommandCall;
  readonly session: Session;
  readonly view: DemoView;
  readonly cleanup: Cleanup;
  /** Aborted by the user, or when a part of the demo ends by itself. */
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => void;
}

/** How long the visitors come before anybody looks: caches fill, connections open. */
const WARM_UP_MS = 1_500;

/**
 * The whole loop on a service of the demo's own: database, data, API, visitors, page, and one turn
 * that observes, diagnoses, proves, applies and verifies. All that was started ends with it.
 */
export async function runDemo(
  options: DemoOptions,
  call: CommandCall,
  session: Session,
): Promise<void> {
  const cleanup = new Cleanup();
  const trouble = new AbortController();
  const demo: Demo = {
    options,
    call,
    session,
    view: createDemoView(session.memory),
    cleanup,
    signal: AbortSignal.any([call.signal, trouble.signal]),
    fail: (error) => trouble.abort(error),
  };
  try {
    await openPage(demo);
    const database = await bringUpDatabase(demo);
    await takeBackEarlierFixes(demo, database);
    const service = await bringUpService(demo, database);
    const watch = watchService(demo, service);
    await watchTheLoop(demo, database, service, watch);
    if (!options.isOnce) await stayUntilStopped(demo);
  } finally {
    await cleanup.run();
  }
}

async function openPage({ options, view, cleanup, call }: Demo): Promise<void> {
  const page = await servePage({ port: options.port, readState: view.read });
  cleanup.add(() => page.close());
  view.onChange = page.changed;
  call.terminal.tell(`\nStreamGate shows what it does at ${page.url}\n`);
}

async function bringUpDatabase(demo: Demo): Promise<DemoDatabase> {
  const { options, call, view, cleanup, signal } = demo;
  say(demo, "starting PostgreSQL");
  const database = await startDemoDatabase(call.folder, options.isFresh);
  cleanup.add(() => database.cluster.stop());
  signal.throwIfAborted();
  view.setService({ databaseAddress: `127.0.0.1:${database.cluster.port}` });
  say(demo, "loading the data of a streaming service");
  const startedMs = performance.now();
  const seeded = await seedDatabase(database.url, options.scale, signal, (done, total, table) =>
    view.setActivity(`loading ${table}, ${Math.round((100 * done) / Math.max(1, total))} %`),
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
  const { session, call, signal } = demo;
  const standing = await session.store.standingFindings(DEMO_TARGET);
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
      session.store,
      INSTRUMENTS,
      { clock: systemClock, random: seededRandom(1), signal, onProgress: () => undefined },
    );
  }
  call.terminal.tell("  done");
}

async function bringUpService(demo: Demo, database: DemoDatabase): Promise<DemoService> {
  const { options, view, cleanup, signal } = demo;
  say(demo, "starting the API and its visitors");
  const service = await startService(database.url, options.rate, demo.fail);
  cleanup.add(() => service.stop());
  view.setService({ apiAddress: service.apiUrl });
  await systemClock.sleep(WARM_UP_MS, signal);
  await resetCounters(database.url);
  return service;
}

/** Beside the turn: what an operator would see of the API, and of StreamGate itself. */
function watchService({ call, view, cleanup }: Demo, service: DemoService): ServiceWatch {
  const watch = startServiceWatch({
    apiUrl: service.apiUrl,
    token: service.agentToken,
    folder: call.folder,
    onView: view.setWatch,
  });
  cleanup.add(() => watch.stop());
  return watch;
}

/** An applied fix is a change that the monitor weighs as a cause of what it sees afterwards. */
function noteFix(event: TurnEvent, view: DemoView, watch: ServiceWatch): void {
  if (event.kind !== "application") return;
  const { findings } = view.turn();
  const found = findings.find(({ finding }) => finding.id === event.finding)?.finding;
  const { appliedAt } = event.application;
  watch.recordFix(
    `${event.finding}:${appliedAt}`,
    found === undefined ? event.finding : shortNameOf(found),
  );
}

async function watchTheLoop(
  demo: Demo,
  database: DemoDatabase,
  service: DemoService,
  watch: ServiceWatch,
): Promise<void> {
  const { options, call, session, view, cleanup, signal } = demo;
  const latency = watchLatency(service.apiUrl, view.addLatency);
  cleanup.add(async () => latency.stop());
  view.setActivity(null);
  const { memory } = session;
  const notes: Promise<void>[] = [];
  await showTurn(
    {
      terminal: call.terminal,
      isJson: call.settings.isOn("json"),
      memory,
      isQuiet: !options.isOnce,
      more: () => ({ api: apiFigures(view) }),
    },
    { target: DEMO_TARGET, goal: "verify" },
    async (onEvent) => {
      await runTurn(
        {
          connectionString: database.url,
          targetName: DEMO_TARGET,
          goal: "verify",
          observation: { kind: "window", ms: options.observeMs },
          folder: session.runFolder,
          sharedFolder: call.folder.root,
          verifyMs: options.verifyMs,
        },
        session.store,
        {
          clock: systemClock,
          random: seededRandom(Date.now()),
          signal,
          instruments: INSTRUMENTS,
          confirm: async () => true,
        },
        (event) => {
          followServers(memory, event);
          view.onEvent(event);
          onEvent(event);
          noteFix(event, view, watch);
          notes.push(noteLatency(event, view, latency));
        },
      );
      await Promise.all(notes);
    },
  );
  const { p95 } = apiFigures(view) ?? {};
  if (p95 === undefined) return;
  call.terminal.tell(
    `The API's own 95th percentile: ${formatDuration(p95.before)} before, ${formatDuration(p95.after)} after (measured by the API).`,
  );
}

/** The API's own figures over the windows before and after the applies; null until both are there. */
function apiFigures(view: DemoView): {
  readonly p95: { before: number; after: number; unit: "ms"; rung: "measured" };
  readonly requests: { readonly before: number; readonly after: number };
} | null {
  const { before, after } = view.read().service ?? {};
  if (!before || !after || before.p95Ms === null || after.p95Ms === null) return null;
  return {
    p95: { before: before.p95Ms, after: after.p95Ms, unit: "ms", rung: "measured" },
    requests: { before: before.requests, after: after.requests },
  };
}

/** Reads the API's own figures over the two windows in which production was watched. */
async function noteLatency(event: TurnEvent, view: DemoView, latency: LatencyWatch): Promise<void> {
  const { service, turn } = view.read();
  if (event.kind === "apply started" && service?.before === null) {
    const stage = turn.stages.find(({ stage: name }) => name === "apply");
    const sinceMs = Date.parse(event.at) - Date.parse(stage?.startedAt ?? event.at);
    if (sinceMs > 0) view.setService({ before: await latency.window(sinceMs) });
  }
  if (event.kind === "stage finished" && event.stage === "verify") {
    view.setService({ after: await latency.window(event.durationMs) });
  }
}

async function stayUntilStopped({ call, signal }: Demo): Promise<void> {
  call.terminal.tell("\nThe service keeps running; look around on the page. Ctrl-C ends it all.");
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!call.signal.aborted) throw signal.reason;
}

function say({ call, view }: Demo, activity: string): void {
  view.setActivity(activity);
  call.terminal.tell(`${activity.charAt(0).toUpperCase()}${activity.slice(1)} …`);
}
