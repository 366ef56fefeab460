import { startAgent } from "@streamgate/agent";
import { type Finding, messageOf, SEVERITIES, systemClock } from "@streamgate/core";
import { createCollector, createMonitor, type Monitor, type Target } from "@streamgate/monitor";
import type { DataFolder } from "../../configuration/data-folder.ts";
import type { WatchedFinding, WatchView } from "../../page/watch-view.ts";
import { openStoreServer } from "../../store/open-store.ts";
import { Cleanup } from "../cleanup.ts";
import { apiFiguresOf, FIGURE_METRICS, processFiguresOf } from "./process-figures.ts";
import { keepRecentPoints } from "./recent-points.ts";
import { followAlerts } from "./standing-alerts.ts";
import { makeWatchDatabase } from "./watch-database.ts";

export interface ServiceWatchOptions {
  readonly apiUrl: string;
  /** Of the API's agent. */
  readonly token: string;
  readonly folder: DataFolder;
  /** Hears how things stand, each two seconds. */
  readonly onView: (view: WatchView) => void;
}

/** Watches the demo's API and StreamGate itself, as `streamgate watch` would. */
export interface ServiceWatch {
  /** Somebody did something to the API: it is weighed where things go wrong afterwards. */
  recordFix(id: string, summary: string): void;
  stop(): Promise<void>;
}

/** What is shown is of the last ten seconds: short enough to see a fix, long enough to be calm. */
const WINDOW_MS = 10_000;
/** Half as often as `streamgate watch` does: two cores do all of the demo. */
const LOOK_EVERY_MS = 2_000;
const HISTORY_LIMIT_BYTES = 200e6;
const SERVICE = "media";

/**
 * Begins to watch in the background: the demo waits for nothing of it, and goes on where it fails.
 */
export function startServiceWatch(options: ServiceWatchOptions): ServiceWatch {
  const cleanup = new Cleanup();
  let monitor: Monitor | undefined;
  let problem: string | null = null;
  const onView = (view: WatchView): void => options.onView({ ...view, problem });
  const started = begin({ ...options, onView }, cleanup).then(
    (running) => {
      monitor = running;
    },
    (error: unknown) => {
      problem = messageOf(error);
      onView(emptyView());
    },
  );
  return {
    recordFix: (id, summary) => {
      const atMs = systemClock.now().getTime();
      const change = {
        id,
        kind: "fix-applied",
        atMs,
        summary,
        labels: { service: SERVICE },
      } as const;
      // A change that is not kept is missing from a timeline: no reason to disturb the demo.
      monitor?.recordChange(change).catch(() => undefined);
    },
    stop: async () => {
      await started;
      await cleanup.run();
    },
  };
}

async function begin(options: ServiceWatchOptions, cleanup: Cleanup): Promise<Monitor> {
  const { folder, apiUrl, token } = options;
  const agent = await startAgent({
    service: "streamgate",
    token,
    instrumentation: false,
    tracer: false,
    rules: false,
  });
  cleanup.add(() => agent.stop());
  const api: Target = { url: apiUrl, token, name: SERVICE };
  const own: Target = { url: agent.url, token };
  const alerts = followAlerts();
  showFigures({ api, own, alerts, onView: options.onView }, cleanup);
  const server = await openStoreServer(undefined, folder);
  cleanup.add(() => server.release());
  const monitor = await createMonitor({
    database: await makeWatchDatabase(await server.locate()),
    targets: [api, own],
    history: { limitBytes: HISTORY_LIMIT_BYTES },
    collection: { intervalMs: LOOK_EVERY_MS },
    evaluateEveryMs: LOOK_EVERY_MS,
    onTransition: (transition) => alerts.hear(transition),
  });
  cleanup.add(() => monitor.stop());
  return monitor;
}

interface Shown {
  readonly api: Target;
  readonly own: Target;
  readonly alerts: ReturnType<typeof followAlerts>;
  readonly onView: (view: WatchView) => void;
}

/** Reads both processes for the page. */
function showFigures({ api, own, alerts, onView }: Shown, cleanup: Cleanup): void {
  const apiPoints = keepRecentPoints(FIGURE_METRICS, WINDOW_MS);
  const ownPoints = keepRecentPoints(FIGURE_METRICS, WINDOW_MS);
  let findings: readonly WatchedFinding[] = [];
  const collector = createCollector({
    targets: [api, own],
    intervalMs: LOOK_EVERY_MS,
    onPoints: (points, report, { target }) => {
      if (target.url === own.url) return ownPoints.add(points);
      apiPoints.add(points);
      findings = (report?.findings ?? []).map(watchedFindingOf).sort(worstFirst);
      onView({
        ...emptyView(),
        api: apiFiguresOf(apiPoints, WINDOW_MS / 1_000),
        own: processFiguresOf(ownPoints),
        alerts: alerts.list(),
        findings,
      });
    },
  });
  cleanup.add(() => collector.close());
}

function watchedFindingOf(finding: Finding): WatchedFinding {
  const { id, kind, severity, summary, remedy = "" } = finding;
  return { id, kind, severity, summary, remedy };
}

function worstFirst(left: WatchedFinding, right: WatchedFinding): number {
  return SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity);
}

function emptyView(): WatchView {
  const own = { cpuCores: null, memoryBytes: null, loopDelayP99Seconds: null };
  return {
    rung: "measured",
    windowMs: WINDOW_MS,
    api: {
      ...own,
      requestsPerSecond: null,
      p95Seconds: null,
      errorShare: null,
      cacheHitShare: null,
      agentCores: null,
    },
    own,
    alerts: [],
    findings: [],
    problem: null,
  };
}
