import type { PartReport, ReadEvent, WriteEvent } from "./events.ts";
import type { Schedule } from "./plan.ts";
import type { Abilities } from "./subject.ts";

/**
 * How a read can be wrong. A read is *stale* when it began after an invalidation had resolved, and gives an older version of the
 * invalidated row than the one that was committed before the invalidation was called.
 */
export const VIOLATIONS = [
  /** Stale in the process of the invalidation. */
  "own process",
  /** Stale although it went to the shared tier. */
  "shared tier",
  /** Stale after `everywhere`. */
  "everywhere",
  /** Stale from memory for longer than the lease. */
  "lease",
  /** Not what was loaded. */
  "mangled",
  /** Did not settle. */
  "hang",
  /** Nobody handled a rejection or an exception. */
  "rejection",
  /** Rejected, though the loader never fails. */
  "read error",
] as const;
export type Violation = (typeof VIOLATIONS)[number];

/** The lease of a bus, ms. */
const LEASE_MS = 1_000;
/** Stamps are taken before a read begins and after an invalidation resolved, so delays in the harness shorten what it finds; this is for one turn of a busy event loop. */
const ALLOWANCE_MS = 20;
/** A turn that lasts so long is one in which the process was stopped. */
const STOPPED_TURN_MS = 150;

export interface Judgement {
  readonly found: readonly { readonly violation: Violation; readonly read: ReadEvent }[];
  /** How long after the invalidation stale reads from other processes' memory began, ms. */
  readonly stalenessMs: readonly number[];
  /** Reads that answered by the clock of a turn in which the process was stopped. */
  readonly stoppedTurns: number;
  readonly reads: number;
  readonly resolved: number;
  readonly rejected: number;
  readonly hungInvalidations: number;
}

/** What each worker reported, with the life that reported it. */
export interface PartOfLife {
  readonly worker: number;
  readonly life: number;
  readonly report: PartReport;
}

interface Write extends WriteEvent {
  readonly process: string;
}

/** Judges all reads of a schedule. */
export function judge(
  schedule: Schedule,
  parts: readonly PartOfLife[],
  abilities: Abilities,
): Judgement {
  const writes: Write[] = [];
  const reads: (ReadEvent & { readonly process: string })[] = [];
  for (const { worker, life, report } of parts) {
    const process = `${worker}.${life}`;
    for (const event of report.events) {
      if (event.kind === "write") writes.push({ ...event, process });
      else reads.push({ ...event, process });
    }
  }
  const found: { violation: Violation; read: ReadEvent }[] = [];
  const stalenessMs: number[] = [];
  let stoppedTurns = 0;
  for (const read of reads) {
    const violation = plainViolation(read);
    if (violation !== undefined) found.push({ violation, read });
    if (read.versions === undefined) continue;
    checkFuture(schedule, read.versions);
    const place = schedule.entries[read.entry]?.place ?? "far";
    const verdict = judgeRead(read, writes, abilities.places.includes(place));
    if (verdict === undefined) continue;
    if (verdict === "stopped turn") stoppedTurns += 1;
    else if (typeof verdict === "number") stalenessMs.push(verdict);
    else found.push({ violation: verdict, read });
  }
  const count = (outcome: WriteEvent["outcome"]): number =>
    writes.filter((write) => write.outcome === outcome).length;
  return {
    found,
    stalenessMs,
    stoppedTurns,
    reads: reads.length,
    resolved: count("resolved"),
    rejected: count("rejected"),
    hungInvalidations: count("hung"),
  };
}

/** A violation, or for how many ms a legal stale read was late. */
function judgeRead(
  read: ReadEvent & { readonly process: string },
  writes: readonly Write[],
  isFromMemory: boolean,
): Violation | "stopped turn" | number | undefined {
  const missed = writes.filter(
    (write) =>
      write.outcome === "resolved" &&
      write.resolvedUs < read.startUs &&
      (read.versions?.[write.row] ?? -1) >= 0 &&
      (read.versions?.[write.row] ?? 0) < write.version,
  );
  if (missed.length === 0) return undefined;
  if (missed.some(({ process }) => process === read.process)) return "own process";
  if (!isFromMemory) return "shared tier";
  const isOfStoppedTurn = read.startUs - read.turnUs > STOPPED_TURN_MS * 1_000;
  const limitUs = (LEASE_MS + ALLOWANCE_MS) * 1_000;
  const everywhere = missed.filter(({ isEverywhere }) => isEverywhere);
  if (everywhere.length > 0) {
    const isOfTurn = everywhere.every(({ resolvedUs }) => resolvedUs > read.turnUs);
    if (!(isOfStoppedTurn && isOfTurn)) return "everywhere";
  }
  const longestUs = Math.max(...missed.map(({ resolvedUs }) => read.startUs - resolvedUs));
  if (longestUs <= limitUs) return everywhere.length > 0 ? "stopped turn" : longestUs / 1_000;
  const atTurnUs = longestUs - (read.startUs - read.turnUs);
  return isOfStoppedTurn && atTurnUs <= limitUs ? "stopped turn" : "lease";
}

function plainViolation({ outcome }: ReadEvent): Violation | undefined {
  if (outcome === "mangled") return "mangled";
  if (outcome === "hung") return "hang";
  return outcome === "failed" ? "read error" : undefined;
}

/** No read can know more than all commits that were planned: then the harness itself is wrong. */
function checkFuture(schedule: Schedule, versions: readonly number[]): void {
  for (const [row, version] of versions.entries()) {
    const planned = schedule.actors
      .flatMap(({ operations }) => operations)
      .filter((operation) => "row" in operation && operation.row === row).length;
    if (version > planned)
      throw new Error(`schedule ${schedule.number} saw version ${version} of ${planned}`);
  }
}

/** A schedule as lines, in the order of time, for whoever looks for the cause. */
export function eventLog(schedule: Schedule, parts: readonly PartOfLife[]): readonly string[] {
  const lines = parts.flatMap(({ worker, life, report }) =>
    report.events.map((event) => {
      const who = `worker ${worker}.${life} actor ${event.actor}.${event.operation}`;
      const detail = event.detail === undefined ? "" : ` (${event.detail})`;
      if (event.kind === "write") {
        const operation = schedule.actors[event.actor]?.operations[event.operation];
        const how = operation?.does === "commit" ? operation.by : "set";
        const everywhere = event.isEverywhere ? " everywhere" : "";
        const text = `${event.outcome} by ${how}${everywhere}: row ${event.row} version ${event.version}`;
        return {
          atUs: event.committedUs,
          text: span(event.committedUs, event.resolvedUs, `${who} ${text}${detail}`),
        };
      }
      const key = schedule.entries[event.entry]?.key;
      const versions = event.versions?.map((version) => (version < 0 ? "-" : version)).join(" ");
      const text = `${event.outcome} of ${key}: ${versions ?? "none"}${detail}`;
      return { atUs: event.startUs, text: span(event.startUs, event.endUs, `${who} ${text}`) };
    }),
  );
  const rows = schedule.rows.map(({ name, kind }, row) => `row ${row} ${kind} ${name}`);
  const sorted = lines.toSorted((one, other) => one.atUs - other.atUs).map(({ text }) => text);
  return [`schedule ${schedule.number}: ${rows.join(", ")}`, ...sorted];
}

function span(fromUs: number, toUs: number, text: string): string {
  return `${(fromUs / 1_000).toFixed(3)}–${(toUs / 1_000).toFixed(3)} ms ${text}`;
}
