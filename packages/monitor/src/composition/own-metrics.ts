import { createRegistry, type Registry } from "@streamgate/telemetry";

/** What the monitor counts of itself. */
export interface OwnMetrics {
  readonly registry: Registry;
  points(count: number): void;
  recorded(state: string): void;
  attempted(channel: string, outcome: "delivered" | "waiting" | "dead"): void;
  evaluated(seconds: number): void;
  problem(part: string): void;
}

/** What is read when the metrics are. */
export interface OwnGauges {
  readonly isLeading: () => boolean;
  readonly firing: () => number;
  readonly pending: () => number;
  readonly pointsWaiting: () => number;
  readonly pointsDropped: () => number;
}

export function createOwnMetrics(
  gauges: OwnGauges,
  registry: Registry = createRegistry(),
): OwnMetrics {
  const points = registry
    .counter({
      name: "streamgate_monitor_points",
      help: "Points that were collected",
      unit: "",
      labelNames: [],
    })
    .with();
  const transitions = registry.counter({
    name: "streamgate_monitor_alert_transitions",
    help: "Changes of alerts that this instance recorded as the leader",
    unit: "",
    labelNames: ["state"],
  });
  const attempts = registry.counter({
    name: "streamgate_monitor_notification_attempts",
    help: "Tries to send a notification, by what became of it",
    unit: "",
    labelNames: ["channel", "outcome"],
  });
  const evaluation = registry
    .histogram({
      name: "streamgate_monitor_evaluation_duration_seconds",
      help: "How long one evaluation of all rules took",
      unit: "seconds",
      labelNames: [],
    })
    .with();
  const problems = registry.counter({
    name: "streamgate_monitor_problems",
    help: "Things that went wrong in the monitor itself and are tried again",
    unit: "",
    labelNames: ["part"],
  });
  const gauge = (name: string, help: string): ((value: number) => void) => {
    const series = registry.gauge({ name, help, unit: "", labelNames: [] }).with();
    return (value) => series.set(value);
  };
  const isLeading = gauge("streamgate_monitor_is_leading", "1 where this instance leads");
  const firing = gauge("streamgate_monitor_alerts_firing", "Alerts that fire");
  const pending = gauge("streamgate_monitor_alerts_pending", "Alerts that are about to fire");
  const waiting = gauge("streamgate_monitor_points_waiting", "Points that are not written yet");
  const dropped = gauge("streamgate_monitor_points_dropped", "Points that were never written");
  registry.onCollect(() => {
    isLeading(gauges.isLeading() ? 1 : 0);
    firing(gauges.firing());
    pending(gauges.pending());
    waiting(gauges.pointsWaiting());
    dropped(gauges.pointsDropped());
  });
  return {
    registry,
    points: (count) => points.add(count),
    recorded: (state) => transitions.with(state).add(1),
    attempted: (channel, outcome) => attempts.with(channel, outcome).add(1),
    evaluated: (seconds) => evaluation.record(seconds),
    problem: (part) => problems.with(part).add(1),
  };
}
