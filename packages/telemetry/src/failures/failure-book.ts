import { type Clock, systemClock } from "@streamgate/core";
import type { FailureGroup } from "../report/process-report.ts";
import { badFailureOption } from "./errors.ts";
import { fingerprintOf, framesThatCount, type Place } from "./fingerprint.ts";
import { plainMessage } from "./plain-message.ts";
import { formatFrame, parseStack } from "./stack-frames.ts";
import { readThrown } from "./thrown-error.ts";

export interface FailureBookOptions {
  /** What was deployed, as the groups say it. @default "" */
  readonly release?: string;
  /** Groups at the most; the one not seen for longest makes room. @default 500 */
  readonly maxGroups?: number;
  /** Errors looked at in any second; more are counted as passed over. @default 200 */
  readonly maxPerSecond?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

/** Errors grouped by where they come from. */
export interface FailureBook {
  /** Counts anything that was thrown; never throws itself. Of one error object only the first call counts. */
  record(thrown: unknown): void;
  /** The most frequent first. */
  groups(): readonly FailureGroup[];
  /** Errors that came too fast to be looked at. */
  passedOver(): number;
}

const DEFAULTS = { release: "", maxGroups: 500, maxPerSecond: 200, clock: systemClock } as const;
const SECOND_MS = 1_000;

/**
 * An empty book of failures.
 *
 * @throws StreamGateError `SG_TELEMETRY_BAD_FAILURE_OPTION`
 * @example
 * ```ts
 * import { createFailureBook } from "@streamgate/telemetry";
 *
 * const failures = createFailureBook({ release: "2.4.1" });
 * try {
 *   JSON.parse("{");
 * } catch (error) {
 *   failures.record(error);
 * }
 * failures.groups()[0]?.type; // "SyntaxError"
 * ```
 */
export function createFailureBook(options: FailureBookOptions = {}): FailureBook {
  const resolved = { ...DEFAULTS, ...options };
  for (const name of ["maxGroups", "maxPerSecond"] as const) {
    if (!(resolved[name] >= 1)) throw badFailureOption(name, resolved[name], "a number from 1");
  }
  return new GroupedFailures(resolved);
}

type Group = { -readonly [Key in keyof FailureGroup]: FailureGroup[Key] };

class GroupedFailures implements FailureBook {
  private readonly options: Required<FailureBookOptions>;
  /** By fingerprint, the one seen last at the end. */
  private readonly byFingerprint = new Map<string, Group>();
  private readonly seen = new WeakSet<object>();
  private secondBeganMs = Number.NEGATIVE_INFINITY;
  private inThisSecond = 0;
  private passedOverCount = 0;

  constructor(options: Required<FailureBookOptions>) {
    this.options = options;
  }

  record(thrown: unknown): void {
    if (typeof thrown === "object" && thrown !== null) {
      if (this.seen.has(thrown)) return;
      this.seen.add(thrown);
    }
    if (!this.hasTime()) {
      this.passedOverCount += 1;
      return;
    }
    this.count(thrown);
  }

  groups(): readonly FailureGroup[] {
    return [...this.byFingerprint.values()]
      .map((group) => ({ ...group }))
      .sort((left, right) => right.count - left.count);
  }

  passedOver(): number {
    return this.passedOverCount;
  }

  private count(thrown: unknown): void {
    const nowMs = this.options.clock.now().getTime();
    const places = readThrown(thrown).map(
      ({ type, code, message, stack }): Place => ({
        type,
        code,
        plainMessage: plainMessage(message),
        frames: parseStack(stack),
      }),
    );
    const fingerprint = fingerprintOf(places);
    const group = this.byFingerprint.get(fingerprint) ?? this.groupOf(fingerprint, places, nowMs);
    group.count += 1;
    group.lastSeenMs = nowMs;
    this.byFingerprint.delete(fingerprint);
    this.byFingerprint.set(fingerprint, group);
    if (this.byFingerprint.size <= this.options.maxGroups) return;
    const [oldest = ""] = this.byFingerprint.keys();
    this.byFingerprint.delete(oldest);
  }

  /** The message tells the whole chain; the frames are those of the innermost error that has any. */
  private groupOf(fingerprint: string, places: readonly Place[], nowMs: number): Group {
    const deepest = places.findLast(({ frames }) => frames.some(({ isOwn }) => isOwn)) ?? places[0];
    return {
      fingerprint,
      type: places[0]?.type ?? "undefined",
      message: places.map((place) => place.plainMessage).join(" ← "),
      frames: framesThatCount(deepest?.frames ?? []).map(formatFrame),
      count: 0,
      firstSeenMs: nowMs,
      lastSeenMs: nowMs,
      release: this.options.release,
    };
  }

  private hasTime(): boolean {
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs - this.secondBeganMs >= SECOND_MS) {
      this.secondBeganMs = nowMs;
      this.inThisSecond = 0;
    }
    this.inThisSecond += 1;
    return this.inThisSecond <= this.options.maxPerSecond;
  }
}
