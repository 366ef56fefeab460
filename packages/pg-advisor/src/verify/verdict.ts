import {
  formatDuration,
  type Interval,
  type StatementVerification,
  type VerificationVerdict,
} from "@streamgate/core";
import type { ResolvedVerifyOptions } from "./verify-options.ts";

/** All that a verdict rests on. */
export interface Grounds {
  readonly windows: number;
  /** Share of the targets' time that ran often enough to be counted. */
  readonly measuredShare: number;
  /** Of the targets that did not, the one that weighs most. */
  readonly rarest: {
    readonly text: string;
    readonly before: number;
    readonly after: number;
  } | null;
  readonly combined: Interval;
  readonly statements: readonly StatementVerification[];
  readonly control: number;
  readonly targetMsPerHour: { readonly before: number; readonly after: number };
}

export interface Judgement {
  readonly verdict: VerificationVerdict;
  /** One sentence with the figures. */
  readonly explanation: string;
}

/** Nearer to 1 than this is no change; further below is harm, further above a gain. */
const LEAST_CHANGE = 0.1;
const SHOWN_TEXT_LENGTH = 80;

/** From the shifts to one word and one sentence. */
export function judge(grounds: Grounds, options: ResolvedVerifyOptions): Judgement {
  const missing = whatIsMissing(grounds, options);
  const harmed = worstHarm(grounds, options);
  if (harmed !== undefined) return conclude(grounds, "harmful", harmOf(harmed));
  if (missing !== null) return { verdict: "inconclusive", explanation: missing };
  const { combined } = grounds;
  const figures = intervalText(combined);
  if (combined.high < 1 - LEAST_CHANGE) {
    return conclude(
      grounds,
      "harmful",
      `Together the targets run at ${figures} of their speed before`,
    );
  }
  if (combined.low > 1 + LEAST_CHANGE) {
    return conclude(grounds, "verified", `The targets run ${figures} times as fast as before`);
  }
  const isNarrow = combined.low >= 1 - LEAST_CHANGE && combined.high <= 1 + LEAST_CHANGE;
  if (isNarrow && combined.low <= 1 && combined.high >= 1) {
    return conclude(grounds, "no change", `The targets run as fast as before (${figures} times)`);
  }
  return conclude(
    grounds,
    "inconclusive",
    `The targets run ${figures} times as fast as before, which is too wide or too near to 1 to tell`,
  );
}

function whatIsMissing(grounds: Grounds, options: ResolvedVerifyOptions): string | null {
  const { windows, measuredShare, rarest } = grounds;
  if (windows < options.minimumWindows) {
    return `There are only ${windows} windows on one side, and ${options.minimumWindows} are needed: watch longer.`;
  }
  if (measuredShare >= options.minimumShare) return null;
  if (rarest === null) return "The finding names no statement that could be watched.";
  return `Too few calls of ${shown(rarest.text)}: ${rarest.before} before and ${rarest.after} after, and ${options.minimumCalls} are needed on each side: watch longer.`;
}

/** A target that is slower, or a bystander that loses more than the targets' gain can excuse. */
function worstHarm(
  grounds: Grounds,
  options: ResolvedVerifyOptions,
): StatementVerification | undefined {
  if (grounds.windows < options.minimumWindows) return undefined;
  const targets = grounds.statements.filter(({ role }) => role === "target");
  const gainMs = targets.reduce((sum, target) => sum - lossOf(target), 0);
  return grounds.statements
    .filter(({ speedup }) => speedup.high < 1 - LEAST_CHANGE)
    .filter(
      (slower) =>
        slower.role === "target" ||
        lossOf(slower) > options.tolerableLossShare * Math.max(gainMs, 0),
    )
    .sort((one, other) => lossOf(other) - lossOf(one))[0];
}

/** Time that the calls before would lose by the shift, in milliseconds; negative for a gain. */
function lossOf({ callsBefore, meanBeforeMs, speedup }: StatementVerification): number {
  return callsBefore * meanBeforeMs * (1 / speedup.point - 1);
}

function harmOf({ text, role, speedup, meanBeforeMs, meanAfterMs }: StatementVerification): string {
  const who = {
    target: "It was meant for",
    reader: "A reader of the same table,",
    writer: "A writer of the same table,",
  };
  const slower = invert(speedup);
  return `${who[role]} ${shown(text)}${role === "target" ? ", which" : ","} takes ${intervalText(slower)} times as long as before (${formatDuration(meanBeforeMs)} a call before, ${formatDuration(meanAfterMs)} after)`;
}

function conclude(grounds: Grounds, verdict: VerificationVerdict, what: string): Judgement {
  const { before, after } = grounds.targetMsPerHour;
  const hours = `the targets took ${formatDuration(before)} of each hour before and ${formatDuration(after)} after`;
  const control =
    grounds.control === 0
      ? "no untouched statement ran often enough to tell the machine's own drift, which is taken as none"
      : `measured against ${grounds.control} untouched statement${grounds.control === 1 ? "" : "s"}`;
  return { verdict, explanation: `${what}, ${control}; ${hours}.` };
}

function intervalText({ point, low, high, confidence }: Interval): string {
  const percent = Number((confidence * 100).toPrecision(3));
  return `${ratioText(point)} (${percent} % interval ${ratioText(low)} to ${ratioText(high)})`;
}

function ratioText(ratio: number): string {
  return String(Number(ratio.toPrecision(3)));
}

function invert({ point, low, high, confidence }: Interval): Interval {
  return { point: 1 / point, low: 1 / high, high: 1 / low, confidence };
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= SHOWN_TEXT_LENGTH ? line : `${line.slice(0, SHOWN_TEXT_LENGTH)}…`;
}
