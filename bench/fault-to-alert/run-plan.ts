import { startTestPostgres } from "../../test/support/postgres.ts";
import { startTestRedis } from "../../test/support/redis.ts";
import { type InjectedFault, type Judgement, judge } from "./judge.ts";
import { MonitorInstance } from "./monitors.ts";
import { EXPECTED, type Plan, type PlannedFault, type PlannedService } from "./plan.ts";
import { type Rival, startRival } from "./rival.ts";
import { Service } from "./service.ts";
import { type Sink, startRivalSink, startSink, type ToldAlert } from "./sink.ts";

export interface PlanOutcome {
  readonly ours: Judgement;
  readonly rival: Judgement | undefined;
  readonly rivalVersions: Readonly<Record<string, string>>;
  readonly messages: Sink["counts"];
  readonly takeoverMs: number;
  readonly healthyServiceMinutes: number;
}

const WARM_UP_MS = 20_000;
const SECRET = "a secret of at least sixteen characters";
/** A fault lasts until everybody who watches has told of it, and no longer than this. */
const LONGEST_FAULT_MS = 45_000;
/** The leak of handles is found by a trend, which needs longer. */
const LONGEST_LEAK_MS = 120_000;
const LEAST_FAULT_MS = 5_000;
/** What the start of so many processes at once made fire has this long to end. */
const SETTLE_MS = 240_000;
/** What an earlier fault made fire has this long to end before the next fault of its kind. */
const CLEAR_MS = 200_000;
const PAUSE_MS = 3_000;

/** Does to real services what the plan says, and hears what the receivers are told. */
export async function runPlan(plan: Plan, tell: (line: string) => void): Promise<PlanOutcome> {
  const stops: (() => Promise<void> | void)[] = [];
  try {
    return await runWith(plan, tell, stops);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function runWith(
  plan: Plan,
  tell: (line: string) => void,
  stops: (() => Promise<void> | void)[],
): Promise<PlanOutcome> {
  const postgres = await startTestPostgres({
    hasStatementCounters: false,
    settings: { max_connections: "300" },
  });
  stops.push(() => postgres.stop());
  const redis = await startTestRedis();
  stops.push(() => redis.stop());
  await postgres.query(
    "create table item as select id, 'title ' || id as title from generate_series(0, 999) as id; create unique index on item (id)",
  );
  const store = await postgres.createDatabase("monitor");
  const behind = { databaseUrl: postgres.url(), redisPort: redis.port };
  const services = new Map<string, Service>();
  for (const { name, requestsPerSecond } of plan.services) {
    const service = await Service.start(name, requestsPerSecond, behind);
    services.set(name, service);
    stops.push(() => service.stop());
  }
  // Caches are cold and code is not compiled yet: watching begins when all is well.
  await sleepUntil(Date.now() + WARM_UP_MS);
  const sink = await startSink(SECRET);
  const rivalSink = await startRivalSink();
  stops.push(
    () => sink.stop(),
    () => rivalSink.stop(),
  );
  const rival = await startRival([...services.values()], rivalSink.port);
  if (rival !== undefined) stops.push(() => rival.stop());
  else tell("Prometheus and Alertmanager are not installed: no rival in this run");
  const monitors = ["monitor-1", "monitor-2"].map(
    (name) =>
      new MonitorInstance({
        name,
        database: store,
        targets: [...services.values()].map(({ agentUrl }) => agentUrl),
        sinkUrl: `http://127.0.0.1:${sink.port}/hook`,
        secret: SECRET,
      }),
  );
  for (const monitor of monitors) {
    await monitor.start();
    stops.push(() => monitor.kill());
  }
  tell(
    `${plan.faults} faults on ${services.size} services, ${Math.round(plan.endsAtMs / 60_000)} minutes`,
  );
  const watchers: Watchers = { sink, rivalSink, rival };
  await untilQuiet(watchers, SETTLE_MS);
  const startedMs = Date.now();
  const faults: InjectedFault[] = [];
  const [takeoverMs] = await Promise.all([
    killOneOf(monitors, plan, startedMs, tell),
    ...plan.services.map((service) =>
      injectAll(service, services, faults, startedMs, watchers, tell),
    ),
  ]);
  await sleepUntil(startedMs + plan.endsAtMs);
  const minutes = (Date.now() - startedMs) / 60_000;
  const faultMinutes = faults.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs) / 60_000, 0);
  return {
    ours: judge(faults, toldSince(sink, startedMs)),
    rival: rival === undefined ? undefined : judge(faults, toldSince(rivalSink, startedMs)),
    rivalVersions: rival?.versions ?? {},
    messages: sink.counts,
    takeoverMs,
    healthyServiceMinutes: minutes * services.size - faultMinutes,
  };
}

interface Watchers {
  readonly sink: Sink;
  readonly rivalSink: Sink;
  readonly rival: Rival | undefined;
}

async function injectAll(
  { name, faults: planned }: PlannedService,
  services: ReadonlyMap<string, Service>,
  faults: InjectedFault[],
  startedMs: number,
  { sink, rivalSink, rival }: Watchers,
  tell: (line: string) => void,
): Promise<void> {
  const service = services.get(name);
  if (service === undefined) return;
  for (const one of planned) {
    await sleepUntil(startedMs + one.notBeforeMs);
    await untilQuiet({ sink, rivalSink, rival }, CLEAR_MS, (alert) => isAbout(one, alert));
    const fromMs = Date.now();
    const injected: InjectedFault = { ...one, fromMs, toMs: Number.POSITIVE_INFINITY };
    faults.push(injected);
    await service.inject(one.fault);
    const isTold = (told: Sink): boolean =>
      told.alerts.some(
        (alert) => alert.state === "firing" && alert.atMs >= fromMs && isAbout(one, alert),
      );
    const longestMs = one.fault.kind === "handle-leak" ? LONGEST_LEAK_MS : LONGEST_FAULT_MS;
    while (Date.now() - fromMs < longestMs) {
      const isTime = Date.now() - fromMs >= LEAST_FAULT_MS;
      if (isTime && isTold(sink) && (rival === undefined || isTold(rivalSink))) break;
      await sleepUntil(Date.now() + 100);
    }
    service.end(one.fault);
    injected.toMs = Date.now();
    const [result] = judge([injected], sink.alerts).results;
    const delay =
      result?.delayMs === undefined ? "not told yet" : `${(result.delayMs / 1_000).toFixed(1)} s`;
    tell(`${one.id}: ${delay}`);
    await sleepUntil(Date.now() + PAUSE_MS);
  }
}

function isAbout({ service, fault }: PlannedFault, alert: ToldAlert): boolean {
  return alert.service === service && EXPECTED[fault.kind].includes(alert.alertname);
}

/** Waits until none of these alerts stands, by what the receivers were told: what stands already cannot be news. */
async function untilQuiet(
  { sink, rivalSink, rival }: Watchers,
  patienceMs: number,
  concerns: (alert: ToldAlert) => boolean = () => true,
): Promise<void> {
  const deadlineMs = Date.now() + patienceMs;
  const sinks = rival === undefined ? [sink] : [sink, rivalSink];
  const stands = (told: Sink): boolean => standingIn(told.alerts.filter(concerns));
  while (Date.now() < deadlineMs && sinks.some(stands)) await sleepUntil(Date.now() + 200);
}

function standingIn(told: readonly ToldAlert[]): boolean {
  const latest = new Map(
    told.map(({ service, alertname, state }) => [`${service} ${alertname}`, state]),
  );
  return [...latest.values()].includes("firing");
}

function toldSince(told: Sink, sinceMs: number): readonly ToldAlert[] {
  return told.alerts.filter(({ atMs }) => atMs >= sinceMs);
}

/** How long after the leader's end the other one led, in ms. */
async function killOneOf(
  monitors: readonly MonitorInstance[],
  plan: Plan,
  startedMs: number,
  tell: (line: string) => void,
): Promise<number> {
  await sleepUntil(startedMs + plan.killAtMs);
  const leader = monitors.find(({ isLeading }) => isLeading) ?? monitors[0];
  const other = monitors.find((monitor) => monitor !== leader);
  const killedMs = Date.now();
  await leader?.kill();
  while (other?.isLeading === false && Date.now() - killedMs < 30_000)
    await sleepUntil(Date.now() + 20);
  const takeoverMs = Date.now() - killedMs;
  tell(`killed the leading monitor; the other one led after ${takeoverMs} ms`);
  await sleepUntil(startedMs + plan.restartAtMs);
  await leader?.start();
  tell("started it again");
  return takeoverMs;
}

function sleepUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
