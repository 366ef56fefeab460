import type { AffectedStatement, Finding, Fix, Proof } from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { type ProveFindingInput, proveFinding } from "./prove-finding.ts";

export interface ProveSetInput extends Omit<ProveFindingInput, "finding" | "beside"> {
  /** Findings that were proven alone, each with a fix; two at least. */
  readonly findings: readonly Finding[];
}

/** A fix that was left out while all others stood. */
export interface SetMember {
  readonly finding: string;
  /** What it adds to the others. */
  readonly proof: Proof;
  /** Whether that is worth its place. */
  readonly isKept: boolean;
}

/** Several fixes at once, and each of them beside the others. */
export interface SetProof {
  /** Ids of the findings whose fixes are worth their places. */
  readonly kept: readonly string[];
  /** Those that share a table with another, in the order in which they were left out. */
  readonly members: readonly SetMember[];
  /** All that are kept against none of them; null where fewer than two are. */
  readonly whole: Proof | null;
}

/**
 * Two fixes that are proven one by one may do the same work. Each that shares a table with another is measured beside all the others, the
 * one that promises least first; one that adds nothing to them is taken out. What is left is measured as a whole.
 *
 * @throws as `proveFinding`
 * @example
 * ```ts
 * import { type ProveSetInput, proveSet } from "@streamgate/pg-advisor";
 * const worthIt = async (input: ProveSetInput) => (await proveSet(input)).kept;
 * ```
 */
export async function proveSet(input: ProveSetInput): Promise<SetProof> {
  const { findings, ...rest } = input;
  let kept = findings;
  const members: SetMember[] = [];
  for (const finding of findings.toSorted(leastPromisingFirst)) {
    const others = kept.filter((one) => one !== finding);
    if (!others.some((one) => one.subject.object === finding.subject.object)) continue;
    const proof = await proveFinding({ ...rest, finding, beside: others });
    const isKept = proof.verdict === "proven";
    members.push({ finding: finding.id, proof, isKept });
    if (!isKept) kept = others;
  }
  const whole =
    kept.length < 2 ? null : await proveFinding({ ...rest, finding: asOneFinding(kept) });
  return { kept: kept.map(({ id }) => id), members, whole };
}

function leastPromisingFirst(one: Finding, other: Finding): number {
  return one.savedMsPerHour - other.savedMsPerHour;
}

/** A finding with all fixes in one, about all their statements. */
function asOneFinding(findings: readonly Finding[]): Finding {
  const fixes = findings.flatMap(({ fix }) => fix ?? []);
  const [first] = findings;
  if (first === undefined) throw new Error("a set has no member");
  const sumOf = (read: (fix: Fix) => number): number =>
    fixes.reduce((sum, fix) => sum + read(fix), 0);
  return {
    ...first,
    id: `set-${hashOf(JSON.stringify(findings.map(({ id }) => id)), 8)}`,
    summary: `${findings.length} fixes at once.`,
    savedMsPerHour: findings.reduce((sum, { savedMsPerHour }) => sum + savedMsPerHour, 0),
    statements: joinStatements(findings.flatMap(({ statements }) => statements)),
    evidence: [],
    fix: {
      summary: `All of: ${fixes.map(({ summary }) => summary).join(" ")}`,
      steps: fixes.flatMap(({ steps }) => steps),
      risk: "low",
      riskReason: "It is not applied as one: each fix is, by itself.",
      expectedDurationMs: sumOf(({ expectedDurationMs }) => expectedDurationMs),
      expectedSizeBytes: sumOf(({ expectedSizeBytes }) => expectedSizeBytes),
    },
  };
}

/** Each statement once: what all fixes together spare it goes from its mean. */
function joinStatements(statements: readonly AffectedStatement[]): readonly AffectedStatement[] {
  const joined = new Map<string, AffectedStatement>();
  for (const { expectedAloneMs: _, ...one } of statements) {
    const known = joined.get(one.fingerprint);
    if (known === undefined) joined.set(one.fingerprint, one);
    else {
      const expectedMeanMs = Math.max(0, known.expectedMeanMs - (one.meanMs - one.expectedMeanMs));
      joined.set(one.fingerprint, { ...known, expectedMeanMs });
    }
  }
  return [...joined.values()];
}
