import type { SourceHealth } from "@streamgate/contract";

type SourceKind = SourceHealth["kind"];

/** Something that is read again and again. */
export interface Source {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  /** How often it is read. */
  readonly everyMs: number;
}

/** How every source is: what the pages say of the age of what they show. */
export interface SourceBoard {
  add(source: Source): void;
  remove(id: string): void;
  /** @param remark what could not be read of it, where the rest could */
  succeeded(id: string, atMs: number, remark?: string): void;
  failed(id: string, problem: string): void;
  /** What another instance, which reads it, says of it. */
  heard(id: string, standing: SourceStanding): void;
  standingOf(id: string): SourceStanding | undefined;
  /** Looks whether something became late meanwhile, which nobody tells. */
  look(nowMs: number): void;
  list(nowMs: number): readonly SourceHealth[];
}

/** How the readings of a source went. */
export interface SourceStanding {
  /** Undefined: never yet. */
  readonly readAtMs: number | undefined;
  readonly problem: string | null;
  /** In a row. */
  readonly failures: number;
}

interface Standing {
  readonly source: Source;
  standing: SourceStanding;
}

/** What is read so many intervals late is late; a source whose readings failed so often in a row is lost. */
const LATE_INTERVALS = 3;
const LOST_FAILURES = 3;
/** Scheduling and one slow answer are no lateness. */
const GRACE_MS = 5_000;

/** @param onChange hears when a source becomes fresh, late or lost */
export function createSourceBoard(onChange: () => void): SourceBoard {
  const sources = new Map<string, Standing>();
  let lateBefore = "";
  const change = (id: string, next: (before: SourceStanding) => SourceStanding): void => {
    const known = sources.get(id);
    if (known === undefined) return;
    const before = known.standing;
    known.standing = next(before);
    if (isNews(before, known.standing)) onChange();
  };
  return {
    add: (source) => {
      const standing = sources.get(source.id)?.standing ?? NEVER_READ;
      sources.set(source.id, { source, standing });
    },
    remove: (id) => {
      if (sources.delete(id)) onChange();
    },
    succeeded: (id, readAtMs, remark) =>
      change(id, () => ({ readAtMs, problem: remark ?? null, failures: 0 })),
    failed: (id, problem) =>
      change(id, ({ readAtMs, failures }) => ({ readAtMs, problem, failures: failures + 1 })),
    heard: (id, standing) => change(id, () => standing),
    standingOf: (id) => sources.get(id)?.standing,
    look: (nowMs) => {
      const late = [...sources.values()]
        .filter(({ source, standing }) => healthOf(source, standing, nowMs).state === "late")
        .map(({ source }) => source.id)
        .join("\n");
      if (late !== lateBefore) onChange();
      lateBefore = late;
    },
    list: (nowMs) =>
      [...sources.values()].map(({ source, standing }) => healthOf(source, standing, nowMs)),
  };
}

const NEVER_READ: SourceStanding = { readAtMs: undefined, problem: null, failures: 0 };

/** Whether a page would show something else: that it is read again, fails, is lost, or what is wrong with it. */
function isNews(before: SourceStanding, now: SourceStanding): boolean {
  const levelOf = ({ failures }: SourceStanding): number => Math.min(failures, LOST_FAILURES);
  return (
    (before.readAtMs === undefined) !== (now.readAtMs === undefined) ||
    before.problem !== now.problem ||
    levelOf(before) !== levelOf(now)
  );
}

function healthOf(
  { id, kind, name, everyMs }: Source,
  { readAtMs, problem, failures }: SourceStanding,
  nowMs: number,
): SourceHealth {
  // A clock that was set back makes nothing younger than new.
  const ageMs = readAtMs === undefined ? null : Math.max(0, nowMs - readAtMs);
  return {
    id,
    kind,
    name,
    state: stateOf(ageMs, everyMs, failures),
    readAt: readAtMs === undefined ? null : new Date(readAtMs).toISOString(),
    ageMs,
    problem,
  };
}

function stateOf(ageMs: number | null, everyMs: number, failures: number): SourceHealth["state"] {
  if (failures >= LOST_FAILURES) return "lost";
  if (ageMs === null) return failures > 0 ? "lost" : "waiting";
  return ageMs > LATE_INTERVALS * everyMs + GRACE_MS ? "late" : "fresh";
}
