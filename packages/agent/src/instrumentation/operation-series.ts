import type { Histogram, HistogramSeries, Registry } from "@streamgate/telemetry";

type Durations = Histogram<readonly ["db_system_name", "db_operation_name", "error_type"]>;

/** Finds the series of a call of a database without making a label set. */
export class OperationTable {
  private readonly durations: Durations;
  private readonly system: string;
  private readonly fine = new Map<string, HistogramSeries>();

  /** @param system `postgresql` or `redis` */
  constructor(registry: Registry, system: string) {
    this.system = system;
    this.durations = registry.histogram({
      name: "db_client_operation_duration_seconds",
      help: "Time from a call of a database to its answer, as the caller sees it.",
      unit: "seconds",
      labelNames: ["db_system_name", "db_operation_name", "error_type"],
    });
  }

  /** @param operation one of a bounded set */
  record(operation: string, durationMs: number): void {
    let series = this.fine.get(operation);
    if (series === undefined) {
      series = this.durations.with(this.system, operation, "");
      this.fine.set(operation, series);
    }
    series.record(durationMs / 1_000);
  }

  recordFailed(operation: string, errorType: string, durationMs: number): void {
    this.durations.with(this.system, operation, errorType).record(durationMs / 1_000);
  }
}

const LONGEST_TYPE = 64;

/** The code of an error where it has one, as PostgreSQL and Node.js have, else its class. */
export function errorTypeOf(error: unknown): string {
  try {
    if (typeof error !== "object" || error === null) return typeof error;
    const code: unknown = Reflect.get(error, "code");
    if (typeof code === "string" && code !== "") return code.slice(0, LONGEST_TYPE);
    const name: unknown = Reflect.get(error, "name");
    return typeof name === "string" && name !== "" ? name.slice(0, LONGEST_TYPE) : "Error";
  } catch {
    return "Error";
  }
}
