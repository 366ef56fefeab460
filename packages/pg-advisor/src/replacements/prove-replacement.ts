import { type Finding, type Proof, type Replacement, seededRandom } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import type { Lab } from "../lab/lab.ts";
import { besideNote, companyOf } from "../proof/company.ts";
import { drawSamples } from "../proof/draw-samples.ts";
import { fixNotProvable, nothingToProve } from "../proof/errors.ts";
import { onLab } from "../proof/on-lab.ts";
import { type ProofOptions, resolveProofOptions } from "../proof/options.ts";
import { standFix } from "../proof/standing-fix.ts";
import { openVersions } from "../proof/versions.ts";
import { readCatalogue } from "../rewrites/catalogue/catalogue.ts";
import {
  type DifferentialPlace,
  openDifferentialServer,
} from "../rewrites/differential/differential-server.ts";
import type {
  DifferentialOptions,
  DifferentialProof,
} from "../rewrites/differential/prove-equal.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { concludeReplacement } from "./conclude-replacement.ts";
import { MOST_LOOK_UPS } from "./loop-trials.ts";
import { tryBoth } from "./try-both.ts";

export interface ProveReplacementInput {
  /** With a `replacement`. */
  readonly finding: Finding;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly lab: Lab;
  readonly context: RunContext;
  /** Where small databases are made to tell a rewriting from its original; what is made there is deleted. */
  readonly place: DifferentialPlace;
  /** Findings whose fixes stand all the time: a replacement must be worth its while with them. @default none */
  readonly beside?: readonly Finding[];
  readonly differential?: DifferentialOptions;
  readonly options?: ProofOptions;
}

/**
 * Shows on a lab what another way of asking brings: the same rows, and how much sooner. A rewriting runs on thousands of small databases first.
 * A keyset page is compared with the page behind the offset, one statement for all keys with the look-ups that it stands in for, fewer columns
 * with the same columns of all. The lab is left as it was.
 *
 * @returns `harmful` where the rows differ, `proven` where they are the same and the gain is sure
 * @throws StreamGateError `SG_PG_BAD_PROOF_OPTION`, `SG_PG_FIX_NOT_PROVABLE`, `SG_PG_NOTHING_TO_PROVE`, `SG_PG_LAB_UNREACHABLE`,
 * `SG_PG_PROOF_BROKE_OFF`; the signal's reason when it is aborted
 * @example
 * ```ts
 * import { type ProveReplacementInput, proveReplacement } from "@streamgate/pg-advisor";
 * const isWorthIt = async (input: ProveReplacementInput) =>
 *   (await proveReplacement(input)).verdict === "proven";
 * ```
 */
export async function proveReplacement(input: ProveReplacementInput): Promise<Proof> {
  const { finding, lab, context, snapshot, beside = [] } = input;
  const options = resolveProofOptions(input.options);
  const { replacement, statement } = subjectOf(input);
  const seed = options.seed ?? context.random.integer(2 ** 32);
  const random = seededRandom(seed);
  const startedAt = context.clock.now().toISOString();
  const startedMs = context.clock.monotonicMs();
  const differential = await compareOnSmallOnes(input, replacement, statement);
  const company = companyOf(beside);
  const { tried, buildMs } = await onLab(lab, false, context, async (session, takeBack) => {
    const stoodMs = await standFix(session, company, takeBack, context);
    const versions = await openVersions(session, company, finding.summary);
    await session.execute(`set statement_timeout = ${options.statementTimeoutMs}`);
    const wanted = setsFor(replacement, options.samplesPerStatement);
    const samples = await drawSamples(session, statement, snapshot, random, wanted);
    const way = { replacement, statement, samples, snapshot };
    return {
      tried: await versions.inside("after", () => tryBoth(session, way, options, context)),
      buildMs: stoodMs,
    };
  });
  if ("because" in tried) throw nothingToProve(tried.because);
  const { proof, verdict, explanation } = concludeReplacement(
    { finding, statement, replacement, workload: input.workload },
    tried,
    differential,
    random,
  );
  return {
    verdict,
    explanation: [...besideNote(beside), explanation, tried.about]
      .filter((sentence) => sentence !== "")
      .join(" "),
    lab: lab.description,
    ...(beside.length === 0 ? {} : { beside: beside.map(({ id }) => id) }),
    statements: [proof],
    ...(differential?.outcome === "equal"
      ? { equality: { databases: differential.databases, withRows: differential.withRows } }
      : {}),
    predictedSizeBytes: 0,
    realSizeBytes: 0,
    buildMs,
    startedAt,
    durationMs: context.clock.monotonicMs() - startedMs,
    seed,
  };
}

/** Of keys some more than there are look-ups, as the same one may be drawn twice; of lists many, as the longest are wanted. */
function setsFor({ kind, loop }: Replacement, ofOthers: number): number {
  if (loop !== undefined) return Math.ceil(Math.min(MOST_LOOK_UPS, loop.calls) * 1.25) + 1;
  return kind === "keyset page" ? ofOthers * LISTS_FOR_ONE : ofOthers;
}

const LISTS_FOR_ONE = 6;

function subjectOf({ finding, workload }: ProveReplacementInput): {
  readonly replacement: Replacement;
  readonly statement: Statement;
} {
  const { replacement, summary } = finding;
  if (replacement === undefined) {
    throw fixNotProvable(summary, "the finding names no statement to send in its place");
  }
  const { fingerprint } = replacement;
  const statement = workload.statements.find((one) => one.fingerprint === fingerprint);
  if (statement === undefined) {
    throw nothingToProve(`the workload of today does not hold the statement ${fingerprint}`);
  }
  if (statement.kind !== "select")
    throw fixNotProvable(summary, "only reading can be asked otherwise");
  return { replacement, statement };
}

/** Null where another result is meant: then the lab alone compares. */
async function compareOnSmallOnes(
  { snapshot, context, place, differential }: ProveReplacementInput,
  { kind, text }: Replacement,
  { text: original }: Statement,
): Promise<DifferentialProof | null> {
  if (kind !== "rewriting") return null;
  const server = await openDifferentialServer(place);
  try {
    const catalogue = readCatalogue(snapshot);
    const request = { snapshot, catalogue, original, rewritings: [text], context };
    const [proof] = await server.prove(request, differential);
    return proof ?? null;
  } finally {
    await server.close();
  }
}
