import type { Counter, CounterSeries, GaugeSeries, Registry } from "@streamgate/telemetry";

/** What the agent itself takes, and what goes wrong in it: its own series. */
export class AgentCost {
  private readonly seconds: Counter<readonly [string]>;
  private readonly failures: Counter<readonly [string]>;
  private readonly slowed: GaugeSeries;
  private readonly bound = new Map<string, CounterSeries>();

  constructor(registry: Registry) {
    this.seconds = registry.counter({
      name: "streamgate_agent_cpu_seconds",
      help: "Time that parts of the agent held the thread: an upper bound of their CPU time.",
      unit: "seconds",
      labelNames: ["part"],
    });
    this.failures = registry.counter({
      name: "streamgate_agent_failures",
      help: "Errors of the agent itself, by its part; they never reach the application.",
      labelNames: ["part"],
    });
    this.slowed = registry
      .gauge({
        name: "streamgate_agent_slowed_samplers",
        help: "Samplers that read more rarely than they want to, as they would cost too much.",
      })
      .with();
  }

  add(part: string, costMs: number): void {
    let series = this.bound.get(part);
    if (series === undefined) {
      series = this.seconds.with(part);
      this.bound.set(part, series);
    }
    series.add(costMs / 1_000);
  }

  fail(part: string): void {
    this.failures.with(part).add(1);
  }

  setSlowed(samplers: number): void {
    this.slowed.set(samplers);
  }
}
