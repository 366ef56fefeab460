import { type ServingAgent, startAgent } from "@streamgate/agent";
import { messageOf } from "@streamgate/core";
import { createMonitor, type Monitor, type Target } from "@streamgate/monitor";
import { createRegistry } from "@streamgate/telemetry";
import type { CommandCall } from "../command-line/command.ts";
import { storeUnreachable } from "../errors.ts";
import { Cleanup } from "../platform/cleanup.ts";
import { addressOf } from "../secrets/redact.ts";
import { openStoreServer } from "../store/open-store.ts";
import { listenForHangups } from "./hangups.ts";
import { type KeptMonitor, keepMonitor } from "./keep-monitor.ts";
import { problemTeller } from "./problem-teller.ts";
import { watchStatus } from "./status-watch.ts";
import { type TellWatchEvent, watchTeller } from "./watch-events.ts";
import type { WatchPlan } from "./watch-plan.ts";

export interface WatchRun {
  /** Reads the file, at the start and for SIGHUP. */
  readonly readPlan: () => Promise<WatchPlan>;
  /** Of StreamGate's own agent. */
  readonly agentPort: number;
}

/**
 * Watches until it is stopped: the targets of the plan and this process itself. Every instance on
 * one store watches; the one that leads tells.
 */
export async function runWatch(
  { readPlan, agentPort }: WatchRun,
  call: CommandCall,
): Promise<void> {
  const { terminal, settings, folder, signal } = call;
  const tell = watchTeller(terminal, settings.isOn("json"));
  const cleanup = new Cleanup();
  try {
    const hangups = listenForHangups(cleanup);
    const plan: PlanInForce = { now: await readPlan() };
    const registry = createRegistry();
    const agent = await startAgent({ service: "streamgate", port: agentPort, registry });
    cleanup.add(() => agent.stop());
    const storeUrl = settings.text("store");
    const server = await openStoreServer(storeUrl, folder);
    cleanup.add(() => server.release());
    signal.throwIfAborted();
    const open = (database: string): Promise<Monitor> =>
      openMonitor(database, { plan: plan.now, agent, registry, tell });
    const monitor = await keepMonitor(server, open, tell).catch((cause: unknown) => {
      throw storeUrl === undefined ? cause : storeUnreachable(addressOf(storeUrl), cause);
    });
    cleanup.add(() => monitor.stop());
    tell(started(plan.now, agent));
    const isOwn = ({ url }: { readonly url: string }): boolean => url.startsWith(`${agent.url}/`);
    const status = watchStatus(() => monitor.now, isOwn, tell);
    cleanup.add(async () => status.stop());
    hangups.answer(() => reload({ readPlan, plan, monitor, agent, tell }));
    await untilAborted(signal);
  } finally {
    await cleanup.run();
  }
}

/** What the file said when it was last taken over. */
interface PlanInForce {
  now: WatchPlan;
}

interface Watching {
  readonly plan: WatchPlan;
  readonly agent: ServingAgent;
  readonly registry: ReturnType<typeof createRegistry>;
  readonly tell: TellWatchEvent;
}

function openMonitor(
  database: string,
  { plan, agent, registry, tell }: Watching,
): Promise<Monitor> {
  return createMonitor({
    database,
    targets: targetsOf(plan, agent),
    rules: plan.rules,
    alerting: plan.alerting,
    history: plan.history,
    registry,
    onTransition: (transition) => tell({ kind: "alert", ...transition }),
    onProblem: problemTeller(tell),
  });
}

/** StreamGate watches itself like anybody else. */
function targetsOf({ targets }: WatchPlan, agent: ServingAgent): readonly Target[] {
  const token = process.env.STREAMGATE_AGENT_TOKEN ?? "";
  return [...targets, { url: agent.url, ...(token === "" ? {} : { token }) }];
}

function started({ path, targets, rules, alerting }: WatchPlan, agent: ServingAgent) {
  return {
    kind: "started",
    path,
    targets: targets.length,
    rules: rules.length,
    channels: (alerting.channels ?? []).map(({ name }) => name),
    agentUrl: agent.url,
  } as const;
}

interface Reload {
  readonly readPlan: () => Promise<WatchPlan>;
  readonly plan: PlanInForce;
  readonly monitor: KeptMonitor;
  readonly agent: ServingAgent;
  readonly tell: TellWatchEvent;
}

/** A file that is wrong changes nothing: what was watched is watched on. */
async function reload({ readPlan, plan, monitor, agent, tell }: Reload): Promise<void> {
  try {
    const next = await readPlan();
    const { path, rules, alerting, history } = next;
    await monitor.now.reload({ targets: targetsOf(next, agent), rules, alerting });
    const isHistoryLeft = JSON.stringify(history) !== JSON.stringify(plan.now.history);
    plan.now = { ...next, history: plan.now.history };
    tell({ kind: "reloaded", path, isHistoryLeft });
  } catch (error) {
    tell({ kind: "not reloaded", reason: messageOf(error) });
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
