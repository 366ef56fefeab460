import { formatDuration, type Rung, type Verification } from "@streamgate/core";

/** What became of a change, in a word. */
type EffectVerdict =
  | "effective"
  | "no change"
  | "harmful"
  | "not used"
  | "invalid"
  | "too early"
  | "cannot tell";

/** All that the verdict on a change of an index rests on. Plain data. */
export interface EffectGrounds {
  /** Whether the index came (or came to be as it is), or went. */
  readonly change: "came" | "went";
  readonly isValid: boolean;
  /** A CREATE INDEX CONCURRENTLY is at it still. */
  readonly isBeingBuilt: boolean;
  /** It keeps rows unique, or a constraint stands on it: it need not be scanned to be of use. */
  readonly hasDuty: boolean;
  /** Scans since the change, and for how long they were counted; null where nobody counted yet. */
  readonly scans: { readonly count: number; readonly watchedMs: number } | null;
  /** What the counters of production say; null where there are no windows on both sides, with the reason. */
  readonly verification: Verification | null;
  readonly whyNot: string | null;
  /** Whether time alone will mend that. */
  readonly isEarly: boolean;
  /** Time saved in each hour that was expected of it, in ms, where StreamGate advised it. */
  readonly expectedMsPerHour: number | null;
}

export interface EffectJudgement {
  readonly verdict: EffectVerdict;
  /** `verified`: windows of counters before and after support it; `measured`: read from counters; `estimated`: expected, not seen. */
  readonly rung: Rung;
  /** Why, in one or two sentences with the figures. */
  readonly explanation: string;
}

/** So long an index may go without a scan before that says anything. */
const UNUSED_AFTER_MS = 3_600_000;

/**
 * Says in words whether a change of an index did what it was for.
 *
 * Windows of counters before and after decide (see `verifyFix`: difference in differences, against statements on other tables). They
 * cannot say which of several changes did it; that the index was scanned at all must speak for it as well.
 */
export function judgeEffect(grounds: EffectGrounds): EffectJudgement {
  return grounds.change === "went" ? judgeLoss(grounds) : judgeGain(grounds);
}

function judgeGain(grounds: EffectGrounds): EffectJudgement {
  const { isValid, isBeingBuilt, verification, scans, whyNot } = grounds;
  if (!isValid && isBeingBuilt)
    return { verdict: "too early", rung: "measured", explanation: "It is being built." };
  if (!isValid)
    return {
      verdict: "invalid",
      rung: "measured",
      explanation: "It is invalid: no search uses it, and every write keeps it up to date.",
    };
  if (verification?.verdict === "harmful")
    return { verdict: "harmful", rung: "verified", explanation: verification.explanation };
  if (scans !== null && scans.count === 0 && scans.watchedMs >= UNUSED_AFTER_MS)
    return notUsed(grounds, scans.watchedMs);
  if (verification === null)
    return {
      verdict: grounds.isEarly ? "too early" : "cannot tell",
      ...unverified(grounds, whyNot ?? "Nothing was compared."),
    };
  switch (verification.verdict) {
    case "verified":
      return scans?.count === 0
        ? { verdict: "cannot tell", rung: "measured", explanation: notByIt(verification) }
        : { verdict: "effective", rung: "verified", explanation: verification.explanation };
    case "no change":
      return { verdict: "no change", rung: "verified", explanation: verification.explanation };
    case "inconclusive":
      return { verdict: "cannot tell", ...unverified(grounds, verification.explanation) };
  }
}

function notUsed({ hasDuty, verification }: EffectGrounds, watchedMs: number): EffectJudgement {
  const faster =
    verification?.verdict === "verified"
      ? " Statements that could use it became faster, but not by it."
      : "";
  const duty = hasDuty ? " It keeps rows unique or backs a constraint all the same." : "";
  return {
    verdict: "not used",
    rung: "measured",
    explanation: `It was not scanned once in ${formatDuration(watchedMs)}.${faster}${duty}`,
  };
}

function notByIt({ explanation }: Verification): string {
  return `No scan of it was counted yet, so that the gain may be another's. ${explanation}`;
}

/** What is known without windows: counters, or what was expected. */
function unverified(
  { scans, expectedMsPerHour, verification }: EffectGrounds,
  why: string,
): Omit<EffectJudgement, "verdict"> {
  const parts = [
    why,
    ...(scans !== null && scans.count > 0
      ? [`It was scanned ${scans.count} times in ${formatDuration(scans.watchedMs)}.`]
      : []),
    ...(expectedMsPerHour !== null && expectedMsPerHour > 0
      ? [`Expected was a gain of ${formatDuration(expectedMsPerHour)} an hour.`]
      : []),
  ];
  const isMeasured = verification !== null || scans !== null;
  return { rung: isMeasured ? "measured" : "estimated", explanation: parts.join(" ") };
}

/** A loss is well where nothing became slower. */
function judgeLoss({ verification, whyNot, isEarly }: EffectGrounds): EffectJudgement {
  if (verification === null)
    return {
      verdict: isEarly ? "too early" : "cannot tell",
      rung: "estimated",
      explanation: whyNot ?? "Nothing was compared.",
    };
  const { explanation } = verification;
  switch (verification.verdict) {
    case "harmful":
      return {
        verdict: "harmful",
        rung: "verified",
        explanation: `Since it is gone: ${explanation}`,
      };
    case "verified":
      return { verdict: "effective", rung: "verified", explanation };
    case "no change":
      return {
        verdict: "no change",
        rung: "verified",
        explanation: `Nothing became slower without it. ${explanation}`,
      };
    case "inconclusive":
      return { verdict: "cannot tell", rung: "measured", explanation };
  }
}
