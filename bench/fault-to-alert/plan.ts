/** What is done to a service. */
export type Fault =
  /** A share of the requests fails, 0 to 1. */
  | { readonly kind: "errors"; readonly share: number }
  /** Everything between the service and PostgreSQL takes longer, in each direction. */
  | { readonly kind: "slow-database"; readonly delayMs: number }
  /** Redis refuses connections. */
  | { readonly kind: "dead-redis" }
  /** Timers that nobody clears. */
  | { readonly kind: "handle-leak"; readonly perSecond: number };

/** A fault at its place in a service's row of faults. */
export interface PlannedFault {
  readonly id: string;
  readonly service: string;
  readonly fault: Fault;
  /** Of the service. */
  readonly requestsPerSecond: number;
  /** Not before this, in ms from the beginning; and not before the fault before it is over. */
  readonly notBeforeMs: number;
}

export interface PlannedService {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly faults: readonly PlannedFault[];
}

export interface Plan {
  readonly services: readonly PlannedService[];
  readonly faults: number;
  /** When one of the monitors is killed, and when it comes back, in ms from the beginning. */
  readonly killAtMs: number;
  readonly restartAtMs: number;
  readonly endsAtMs: number;
}

export interface PlanSize {
  /** Services of each rate. */
  readonly busy: number;
  readonly calm: number;
  readonly quiet: number;
  readonly cycles: number;
}

export const FULL: PlanSize = { busy: 7, calm: 6, quiet: 5, cycles: 2 };
export const SMALL: PlanSize = { busy: 3, calm: 2, quiet: 1, cycles: 1 };

const RATES = { busy: 60, calm: 10, quiet: 1 } as const;
/** Shares of failing requests: the busy services get them all, at lower rates small ones say nothing for long. */
const SHARES = { busy: [0.02, 0.05, 0.1, 0.5, 1], calm: [0.1, 0.5, 1], quiet: [0.5, 1] } as const;
/** Time in which a service is only watched, before its first fault. */
const HEALTHY_FIRST_MS = 60_000;
/** From one row of faults to the next: what fired has cleared by then, so that each fault is news. */
const CYCLE_MS = 225_000;
/** Services begin one after the other, so that faults are spread over time. */
const STAGGER_MS = 1_700;

/** The same plan for the same size. */
export function makePlan(size: PlanSize): Plan {
  const services: PlannedService[] = [];
  for (const rate of ["busy", "calm", "quiet"] as const) {
    for (let index = 0; index < size[rate]; index += 1) {
      const name = `${rate}-${index + 1}`;
      const firstMs = HEALTHY_FIRST_MS + services.length * STAGGER_MS;
      const faults = Array.from({ length: size.cycles }, (_, cycle) =>
        rowOf(rate, index, cycle).map(
          (fault, place): PlannedFault => ({
            id: `${name}/${cycle + 1}/${place + 1} ${nameOf(fault)}`,
            service: name,
            fault,
            requestsPerSecond: RATES[rate],
            notBeforeMs: firstMs + cycle * CYCLE_MS,
          }),
        ),
      ).flat();
      services.push({ name, requestsPerSecond: RATES[rate], faults });
    }
  }
  const endsAtMs = HEALTHY_FIRST_MS + size.cycles * CYCLE_MS + services.length * STAGGER_MS;
  return {
    services,
    faults: services.reduce((sum, { faults }) => sum + faults.length, 0),
    killAtMs: HEALTHY_FIRST_MS + services.length * STAGGER_MS * 0.5,
    restartAtMs: HEALTHY_FIRST_MS + services.length * STAGGER_MS * 0.5 + 20_000,
    endsAtMs,
  };
}

function rowOf(rate: keyof typeof RATES, index: number, cycle: number): readonly Fault[] {
  const shares = SHARES[rate];
  const share = shares[(index + cycle) % shares.length] ?? 1;
  const row: Fault[] = [{ kind: "errors", share }];
  // One request a second tells of a slow database and a dead Redis, too, but only of one at a time.
  if (rate === "quiet")
    row.push(cycle % 2 === 0 ? { kind: "dead-redis" } : { kind: "slow-database", delayMs: 400 });
  else row.push({ kind: "slow-database", delayMs: 300 }, { kind: "dead-redis" });
  if (rate === "calm" && cycle === 0 && index < 4) row.push({ kind: "handle-leak", perSecond: 5 });
  return row;
}

/** `errors 2 %`, `dead redis`. */
export function nameOf(fault: Fault): string {
  return fault.kind === "errors" ? `errors ${fault.share * 100} %` : fault.kind.replace("-", " ");
}

/** The alerts that say what is wrong, of StreamGate's rules and of the rival's. */
export const EXPECTED: Readonly<Record<Fault["kind"], readonly string[]>> = {
  errors: ["errors-sudden", "errors-high", "slo-burning", "ErrorsHigh"],
  "slow-database": [
    "database-slow",
    "responses-suddenly-slow",
    "responses-slow",
    "DatabaseSlow",
    "ResponsesSlow",
  ],
  "dead-redis": ["redis-failing", "RedisFailing"],
  "handle-leak": ["handles-leaking", "HandlesLeaking"],
};
