import { hostname } from "node:os";
import { messageOf } from "@streamgate/core";
import type { Labels, ProcessReport, Registry } from "@streamgate/telemetry";
import type pg from "pg";
import { createEvaluator, type Evaluator } from "../alerts/evaluator.ts";
import type { AlertTransition } from "../alerts/transition.ts";
import { createAnomalyWatch } from "../anomalies/anomaly-watch.ts";
import type { AnomalyVerdict } from "../anomalies/watched.ts";
import { createCollector } from "../collection/collector.ts";
import type { Target } from "../collection/options.ts";
import type { PostgresHistory } from "../history/open-history.ts";
import { createSeriesWriter } from "../history/series-writer.ts";
import type { Change } from "../incidents/change.ts";
import { Incidents } from "../incidents/incidents.ts";
import { type SeenFinding, seeFindings } from "../incidents/store/change-store.ts";
import type { Monitor, MonitorHealth } from "../monitor.ts";
import { AlertDesk } from "../notifications/alert-desk.ts";
import { resolveAlerting } from "../notifications/alerting-options.ts";
import { transact } from "../notifications/leadership/term.ts";
import { Silences } from "../notifications/muting/silence-store.ts";
import { type OnCall, onCallAt } from "../notifications/on-call/rota.ts";
import { Letters } from "../notifications/queue/letters.ts";
import { loadAlerts } from "../notifications/recording/alert-store.ts";
import type { RecordedAlert } from "../notifications/recording/recorded-alert.ts";
import type { MonitorReload, ResolvedMonitorOptions } from "../options.ts";
import type { SeriesPoint } from "../series/point.ts";
import { createOwnMetrics } from "./own-metrics.ts";
import { ReleaseWatch } from "./release-watch.ts";
import { loadState, saveState } from "./saved-state.ts";

const SAVE_EVERY_MS = 15_000;
/** The more there is to save, the more rarely it is: saving takes at most this share of the time. */
const SAVING_SHARE = 0.01;
const FINDINGS_EVERY_MS = 15_000;
const CHANGES_EVERY_MS = 5_000;
/** Changes that another instance was told of are heard of here, too. */
const CHANGES_LATELY_MS = 15 * 60_000;
const RECENT_MS = 60_000;

/** The parts of a monitor and what flows between them: points to rules and history, transitions to the desk. */
export class RunningMonitor implements Monitor {
  readonly silences: Silences;
  readonly incidents: Incidents;
  readonly letters: Letters;
  history: PostgresHistory | undefined;
  readonly #options: ResolvedMonitorOptions;
  readonly #pool: pg.Pool;
  readonly #desk: AlertDesk;
  readonly #own: ReturnType<typeof createOwnMetrics>;
  readonly #anomalies: ReturnType<typeof createAnomalyWatch> | undefined;
  readonly #problems = new Map<string, { readonly reason: string; readonly atMs: number }>();
  readonly #findings = new Map<string, readonly SeenFinding[]>();
  readonly #timers: NodeJS.Timeout[] = [];
  #alerting: ResolvedMonitorOptions["alerting"];
  #evaluator: Evaluator;
  #releases = new ReleaseWatch();
  #collector: ReturnType<typeof createCollector> | undefined;
  #writer: ReturnType<typeof createSeriesWriter> | undefined;
  #stopped: Promise<void> | undefined;
  #saveNotBeforeMs = 0;

  constructor(options: ResolvedMonitorOptions, pool: pg.Pool) {
    const { clock, random } = options;
    this.#options = options;
    this.#pool = pool;
    this.#alerting = options.alerting;
    this.#evaluator = createEvaluator({ rules: options.rules, clock });
    this.#anomalies =
      options.anomalies === undefined ? undefined : createAnomalyWatch(options.anomalies);
    this.silences = new Silences(pool, clock);
    const giveUpAfterMs = (): number => this.#alerting.rules.giveUpAfterMs;
    this.letters = new Letters(pool, clock, giveUpAfterMs);
    this.incidents = new Incidents({
      pool,
      clock,
      policies: () => this.#alerting.rules.escalation.policies,
      giveUpAfterMs,
    });
    this.#own = createOwnMetrics(
      {
        isLeading: () => this.#desk.health().isLeading,
        firing: () => this.#desk.health().firing,
        pending: () => this.#desk.health().pending,
        pointsWaiting: () => this.#writer?.counts().waiting ?? 0,
        pointsDropped: () => this.#writer?.counts().dropped ?? 0,
      },
      options.registry,
    );
    this.#desk = new AlertDesk({
      pool,
      connection: { connectionString: options.database },
      holder: options.holder ?? `${hostname()}:${process.pid}`,
      alerting: options.alerting,
      clock,
      random,
      onProblem: (part, reason) => this.#problem(part, reason),
      onPass: ({ recorded }) => {
        for (const { state } of recorded) this.#own.recorded(state);
      },
      onSettled: (channel, { state }) => this.#own.attempted(channel, state),
    });
  }

  get metrics(): Registry {
    return this.#own.registry;
  }

  async start(history: PostgresHistory | undefined): Promise<void> {
    this.history = history;
    await this.#goOn();
    if (history !== undefined)
      this.#writer = createSeriesWriter({ history, onProblem: this.problemOf("history") });
    this.#desk.start();
    this.#collector = createCollector({
      ...this.#options.collection,
      targets: this.#options.targets,
      clock: this.#options.clock,
      onPoints: (points, report, { target }) => {
        this.feed(points);
        if (report !== undefined) this.#takeReport(report, target);
      },
      onProblem: this.problemOf("collection"),
    });
    this.#every(this.#options.evaluateEveryMs, "evaluation", () => this.#evaluate());
    this.#every(SAVE_EVERY_MS, "saving", () => this.#save());
    this.#every(FINDINGS_EVERY_MS, "findings", () => this.#keepFindings());
    this.#every(CHANGES_EVERY_MS, "changes", () => this.#hearOfChanges());
  }

  async alerts(): Promise<readonly RecordedAlert[]> {
    const nowMs = this.#nowMs();
    return transact(this.#pool, (query) => loadAlerts(query, nowMs, 0));
  }

  pending(): readonly AlertTransition[] {
    return this.#desk.pending();
  }

  onCall(atMs: number = this.#nowMs()): Readonly<Record<string, OnCall>> {
    return Object.fromEntries(
      this.#alerting.rotas.map((rota) => [rota.name, onCallAt(rota, atMs)]),
    );
  }

  async recordChange(change: Change): Promise<void> {
    this.#evaluator.feedChanges([change]);
    await this.incidents.recordChange(change);
  }

  anomalies(): readonly AnomalyVerdict[] {
    return this.#anomalies?.verdicts() ?? [];
  }

  health(): MonitorHealth {
    const nowMs = this.#nowMs();
    const alerting = this.#desk.health();
    const isRecent = ({ atMs }: { readonly atMs: number }): boolean => nowMs - atMs < RECENT_MS;
    return {
      isHealthy: ![...this.#problems.values()].some(isRecent),
      alerting,
      targets: this.#collector?.status() ?? [],
      points: this.#writer?.counts(),
      problems: Object.fromEntries(this.#problems),
    };
  }

  async reload({ targets, rules, alerting }: MonitorReload): Promise<void> {
    const resolved = alerting === undefined ? undefined : resolveAlerting(alerting);
    if (rules !== undefined) {
      const next = createEvaluator({ rules, clock: this.#options.clock });
      next.restore(this.#evaluator.state());
      this.#evaluator = next;
    }
    if (resolved !== undefined) {
      this.#alerting = resolved;
      await this.#desk.reload(resolved);
    }
    if (targets !== undefined) await this.#collector?.setTargets(targets);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stopInOrder();
    return this.#stopped;
  }

  problemOf(part: string): (error: unknown) => void {
    return (error) => this.#problem(part, messageOf(error));
  }

  /** Where an earlier instance stood: alerts that fire are not told again, deploys in between are found. */
  async #goOn(): Promise<void> {
    const [rules, releases] = await Promise.all([
      loadState(this.#pool, "rules"),
      loadState(this.#pool, "releases"),
    ]);
    this.#evaluator.restore(rules);
    this.#releases = new ReleaseWatch(releases);
    this.#desk.tell(this.#evaluator.active());
  }

  feed(points: readonly SeriesPoint[]): void {
    this.#own.points(points.length);
    this.#evaluator.feed(points);
    this.#anomalies?.feed(points);
    this.#writer?.add(points);
    this.#options.onPoints(points);
  }

  #takeReport(report: ProcessReport, target: Target): void {
    const { identity, findings } = report;
    const { service, instance } = identity;
    const source: Labels = { service, instance };
    this.#evaluator.feedFindings(source, findings);
    const seen = findings.map((finding): SeenFinding => ({ service, instance, finding }));
    this.#findings.set(JSON.stringify([service, instance]), seen);
    const deploy = this.#releases.hear(identity, this.#nowMs());
    if (deploy !== undefined) this.recordChange(deploy).catch(this.problemOf("changes"));
    this.#options.onReport(report, target);
  }

  #evaluate(): void {
    const startedMs = performance.now();
    const transitions = this.#evaluator.evaluate(this.#nowMs());
    this.#own.evaluated((performance.now() - startedMs) / 1_000);
    this.#desk.tell(transitions);
    for (const transition of transitions) this.#options.onTransition(transition);
  }

  /** Only who leads: it is the one that others go on from. */
  async #save(): Promise<void> {
    const beganMs = this.#options.clock.monotonicMs();
    if (!this.#desk.health().isLeading || beganMs < this.#saveNotBeforeMs) return;
    await saveState(this.#pool, "rules", this.#evaluator.state());
    await saveState(this.#pool, "releases", this.#releases.state());
    const tookMs = this.#options.clock.monotonicMs() - beganMs;
    this.#saveNotBeforeMs = beganMs + tookMs / SAVING_SHARE;
  }

  async #keepFindings(): Promise<void> {
    const seen = [...this.#findings.values()].flat();
    this.#findings.clear();
    if (!this.#desk.health().isLeading || seen.length === 0) return;
    await transact(this.#pool, (query) => seeFindings(query, seen, this.#nowMs()));
  }

  async #hearOfChanges(): Promise<void> {
    const nowMs = this.#nowMs();
    this.#evaluator.feedChanges(
      await this.incidents.changes(nowMs - CHANGES_LATELY_MS, nowMs + CHANGES_LATELY_MS),
    );
  }

  async #stopInOrder(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#collector?.close();
    this.#evaluate();
    this.#saveNotBeforeMs = 0;
    await this.#save().catch(this.problemOf("saving"));
    await this.#desk.stop();
    await this.#writer?.close();
    await this.history?.close();
    await this.#pool.end();
  }

  /** One that is still busy is not begun again. */
  #every(ms: number, part: string, work: () => void | Promise<void>): void {
    let isBusy = false;
    const run = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      try {
        await work();
      } catch (error) {
        this.#problem(part, messageOf(error));
      } finally {
        isBusy = false;
      }
    };
    this.#timers.push(setInterval(() => void run(), ms));
  }

  #problem(part: string, reason: string): void {
    this.#problems.set(part, { reason, atMs: this.#nowMs() });
    this.#own.problem(part);
    this.#options.onProblem(part, reason);
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}
