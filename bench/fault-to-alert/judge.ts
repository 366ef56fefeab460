import { EXPECTED, type PlannedFault } from "./plan.ts";
import type { ToldAlert } from "./sink.ts";

/** A fault that was injected, from when to when. */
export interface InjectedFault extends PlannedFault {
  readonly fromMs: number;
  toMs: number;
}

export interface FaultResult {
  readonly fault: InjectedFault;
  /** From the injection to the receiver; undefined: never. */
  readonly delayMs: number | undefined;
  readonly alertname: string | undefined;
}

export interface Judgement {
  readonly results: readonly FaultResult[];
  /** Stretches of firing that the receiver was told of by more than one message that is not the same by its key. */
  readonly doubled: readonly string[];
  /** Alerts on a service that nothing was done to. */
  readonly falseAlerts: readonly ToldAlert[];
}

/** The effects of a fault may be told for so long after its end. */
const ECHO_MS = 60_000;
/** The window of a burn rate: what errors a service had counts for so long. */
const BURN_ECHO_MS = 3_600_000;

export function judge(faults: readonly InjectedFault[], told: readonly ToldAlert[]): Judgement {
  const firing = told.filter(({ state }) => state === "firing");
  return {
    results: faults.map((fault) => resultOf(fault, firing)),
    doubled: doubledIn(told),
    falseAlerts: firing.filter((alert) => !isExplained(alert, faults)),
  };
}

function resultOf(fault: InjectedFault, firing: readonly ToldAlert[]): FaultResult {
  const names = EXPECTED[fault.fault.kind];
  const first = firing.find(
    ({ service, alertname, atMs }) =>
      service === fault.service &&
      names.includes(alertname) &&
      atMs >= fault.fromMs &&
      atMs <= fault.toMs + ECHO_MS,
  );
  return {
    fault,
    delayMs: first === undefined ? undefined : first.atMs - fault.fromMs,
    alertname: first?.alertname,
  };
}

/** Two threads that tell of the beginning of one alert, with no end in between. */
function doubledIn(told: readonly ToldAlert[]): readonly string[] {
  const standing = new Map<string, string>();
  const doubled: string[] = [];
  for (const { episode, state, thread } of told) {
    const alert = episode.slice(0, episode.lastIndexOf("@"));
    if (state === "resolved") standing.delete(alert);
    else if (standing.has(alert) && standing.get(alert) !== thread) doubled.push(episode);
    else standing.set(alert, thread);
  }
  return doubled;
}

function isExplained(alert: ToldAlert, faults: readonly InjectedFault[]): boolean {
  const echoMs = alert.alertname.startsWith("slo-") ? BURN_ECHO_MS : ECHO_MS;
  return faults.some(
    ({ service, fromMs, toMs }) =>
      service === alert.service && fromMs <= alert.atMs && alert.atMs <= toMs + echoMs,
  );
}
