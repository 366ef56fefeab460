import type { Figure, LedgerLine } from "@streamgate/contract";
import type { Finding, Proof, Rung, StatementProof, Verification } from "@streamgate/core";
import {
  estimatedSaving,
  measuredSaving,
  verifiedSaving,
} from "../recommendations/saved-figure.ts";
import { median } from "../report/samples.ts";

/** What a ledger is made of. */
export interface LedgerParts {
  readonly finding: Finding;
  readonly proof: Proof | null;
  readonly verification: Verification | null;
  /** How long the apply took in production; null where it was not applied. */
  readonly appliedMs: number | null;
}

/** What was predicted, what the lab measured, and what production showed, line by line. */
export function ledgerOf({
  finding,
  proof,
  verification,
  appliedMs,
}: LedgerParts): readonly LedgerLine[] {
  const { fix } = finding;
  const verified = new Map(verification?.statements.map((one) => [one.fingerprint, one]) ?? []);
  // A measured call of one for all stands for many: nothing that a call was predicted to take.
  const isOneForAll = finding.replacement?.kind === "one for all";
  const statements = (isOneForAll ? [] : affectedOf(finding, proof)).map(
    ({ name, expectedMs, measured, fingerprint }) => ({
      what: `a call of ${name}`,
      predicted: figure(expectedMs, "ms", "estimated"),
      measured: figure(measured === undefined ? null : median(measured.afterMs), "ms", "measured"),
      verified: figure(verified.get(fingerprint)?.meanAfterMs ?? null, "ms", "verified"),
    }),
  );
  const savings: LedgerLine = {
    what: "time saved in each hour",
    predicted: estimatedSaving(finding),
    measured:
      (proof === null ? null : measuredSaving(finding, speedupsOf(proof))) ??
      unknown("ms", "measured"),
    verified:
      (verification === null ? null : verifiedSaving(verification)) ?? unknown("ms", "verified"),
  };
  const size: LedgerLine = {
    what: "disk space",
    predicted: figure(
      proof?.predictedSizeBytes ?? fix?.expectedSizeBytes ?? null,
      "bytes",
      "estimated",
    ),
    measured: figure(proof?.realSizeBytes ?? null, "bytes", "measured"),
    verified: unknown("bytes", "verified"),
  };
  const build: LedgerLine = {
    what: "time to apply",
    predicted: figure(fix?.expectedDurationMs ?? null, "ms", "estimated"),
    measured: figure(proof?.buildMs ?? null, "ms", "measured"),
    verified: figure(appliedMs, "ms", "verified"),
  };
  return fix === undefined ? [savings, ...statements] : [savings, ...statements, size, build];
}

/** By how much each statement that the fix is meant for got faster in the lab. */
function speedupsOf({ statements }: Proof): readonly {
  readonly fingerprint: string;
  readonly speedup: StatementProof["speedupOfMedian"];
}[] {
  return statements
    .filter(({ role }) => role === "affected")
    .map(({ fingerprint, speedupOfMedian }) => ({ fingerprint, speedup: speedupOfMedian }));
}

function affectedOf(
  { statements }: Finding,
  proof: Proof | null,
): readonly {
  readonly fingerprint: string;
  readonly name: string;
  readonly expectedMs: number;
  readonly measured: StatementProof | undefined;
}[] {
  return statements.map(({ fingerprint, text, expectedMeanMs }) => ({
    fingerprint,
    name: shortened(text),
    expectedMs: expectedMeanMs,
    measured: proof?.statements.find((one) => one.fingerprint === fingerprint),
  }));
}

const LONGEST_NAME = 80;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_NAME ? line : `${line.slice(0, LONGEST_NAME - 1)}…`;
}

function figure(value: number | null, unit: string, rung: Rung): Figure {
  return { value: value !== null && Number.isFinite(value) ? value : null, unit, rung };
}

function unknown(unit: string, rung: Rung): Figure {
  return { value: null, unit, rung };
}
