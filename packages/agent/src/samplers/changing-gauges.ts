import type { Gauge } from "@streamgate/telemetry";

/** Gauges by one label whose values come and go; what is not there any more says 0. */
export class ChangingGauges {
  private readonly gauge: Gauge<readonly [string]>;
  private known = new Set<string>();

  constructor(gauge: Gauge<readonly [string]>) {
    this.gauge = gauge;
  }

  set(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      this.known.add(name);
      this.gauge.with(name).set(value);
    }
    for (const name of this.known) if (!Object.hasOwn(values, name)) this.gauge.with(name).set(0);
  }
}
