import { type Finding, type Proof, type Random, seededRandom } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import type { Lab } from "../lab/lab.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import { besideNote, companyOf, fixOf } from "./company.ts";
import { type ConcernedStatement, chooseStatements } from "./concerned-statements.ts";
import { drawSamples } from "./draw-samples.ts";
import { nothingToProve } from "./errors.ts";
import { measureRounds, type TimedStatement } from "./measure-rounds.ts";
import { onLab } from "./on-lab.ts";
import { type ProofOptions, type ResolvedProofOptions, resolveProofOptions } from "./options.ts";
import type { LabSession } from "./session.ts";
import { type PreparedStatement, runSideBySide } from "./side-by-side.ts";
import { describeFix, type FixOnLab, standFix } from "./standing-fix.ts";
import { readShape } from "./statement-shape.ts";
import { summarise } from "./summarise.ts";
import { planToggle, type Toggle } from "./toggle.ts";
import { judge } from "./verdict.ts";
import { openVersions, type Versions } from "./versions.ts";
import { type MeasuredWriteCost, measureWriteCost } from "./write-cost.ts";

export interface ProveFindingInput {
  readonly finding: Finding;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly lab: Lab;
  readonly context: RunContext;
  readonly options?: ProofOptions;
  /** Findings whose fixes stand in both versions: what this one adds to them is measured. @default none */
  readonly beside?: readonly Finding[];
}

/**
 * Runs the finding's statements on the lab with and without its fix, in turn, and says whether
 * the fix keeps its promise. The lab is left as it was, also after a failure or an abort.
 *
 * @throws StreamGateError `SG_PG_BAD_PROOF_OPTION`, `SG_PG_FIX_NOT_PROVABLE`, `SG_PG_LAB_UNREACHABLE`,
 * `SG_PG_LAB_NOT_PERMITTED`, `SG_PG_FIX_FAILED_ON_LAB`, `SG_PG_NOTHING_TO_PROVE`,
 * `SG_PG_PROOF_BROKE_OFF`, `SG_PG_FIX_LEFT_ON_LAB`; the signal's reason when it is aborted
 */
export async function proveFinding(input: ProveFindingInput): Promise<Proof> {
  const { finding, workload, lab, context, beside = [] } = input;
  const options = resolveProofOptions(input.options);
  const seed = options.seed ?? context.random.integer(2 ** 32);
  const startedAt = context.clock.now().toISOString();
  const startedMs = context.clock.monotonicMs();
  const fix = fixOf(finding);
  const company = companyOf(beside);
  const toggle = inCompany(planToggle(fix), company);
  const statements = chooseStatements(finding, workload, options.bystanders);
  refuseMissingRows(statements, lab);
  const measured = await onLab(lab, options.keepsFix, context, async (session, takeBack) => {
    const random = seededRandom(seed);
    const prepared = await prepare(session, statements, input.snapshot, options, random);
    await standFix(session, company, takeBack, context);
    const buildMs = await standFix(session, toggle, takeBack, context);
    const versions = await openVersions(session, toggle, fix.summary);
    const fixOnLab = await describeFix(session, versions);
    await session.execute(`set statement_timeout = ${options.statementTimeoutMs}`);
    const { run, notRun } = await lookAtBoth(session, versions, fixOnLab, prepared, context);
    const rounds = await measureRounds(session, versions, run, options, random, context);
    const writeCost = await measureWriteCost(
      session,
      versions,
      fixOnLab,
      random,
      options.writeProbeRows,
    );
    const judged = run.map((timed, index) => summarise(timed, rounds[index] ?? [], random));
    return { buildMs, fixOnLab, judged, notRun, writeCost };
  });
  const { buildMs, fixOnLab, judged, notRun, writeCost } = measured;
  const frees = fixOnLab.dropped.length > 0 && fixOnLab.created.length === 0;
  const { verdict, explanation } = judge(judged, frees ? "space" : "speed");
  return {
    verdict,
    explanation: [...besideNote(beside), explanation, ...notes(writeCost, notRun)].join(" "),
    lab: lab.description,
    ...(beside.length === 0 ? {} : { beside: beside.map(({ id }) => id) }),
    statements: judged.map(({ proof }) => proof),
    predictedSizeBytes: fix.expectedSizeBytes,
    realSizeBytes: fixOnLab.sizeBytes,
    buildMs,
    ...(writeCost.kind === "measured" ? { writeCost: writeCost.cost } : {}),
    startedAt,
    durationMs: context.clock.monotonicMs() - startedMs,
    seed,
  };
}

/** A table that could not be copied is empty on the lab, and nothing is slow on an empty table. */
function refuseMissingRows(statements: readonly ConcernedStatement[], lab: Lab): void {
  const needed = new Set(
    statements
      .filter(({ role }) => role === "affected")
      .flatMap(({ statement }) => statement.relations.map(qualify)),
  );
  const missing = lab.skipped.find(({ object }) => needed.has(object.replace(/^table /, "")));
  if (missing === undefined) return;
  throw nothingToProve(`the lab is without ${missing.object}, ${missing.reason}`);
}

function inCompany({ stand, enter }: Toggle, company: Toggle): Toggle {
  const { after } = company.enter;
  return {
    stand,
    enter: { before: [...after, ...enter.before], after: [...after, ...enter.after] },
  };
}

async function prepare(
  session: LabSession,
  statements: readonly ConcernedStatement[],
  snapshot: Snapshot,
  options: ResolvedProofOptions,
  random: Random,
): Promise<readonly PreparedStatement[]> {
  const prepared: PreparedStatement[] = [];
  for (const concerned of statements) {
    const { statement } = concerned;
    const samples = await drawSamples(
      session,
      statement,
      snapshot,
      random,
      options.samplesPerStatement,
    );
    prepared.push({ ...concerned, samples, shape: await readShape(statement.text) });
  }
  return prepared;
}

interface Looked {
  readonly run: readonly TimedStatement[];
  /** Sentences about the statements that the lab could not run. */
  readonly notRun: readonly string[];
}

async function lookAtBoth(
  session: LabSession,
  versions: Versions,
  fixOnLab: FixOnLab,
  statements: readonly PreparedStatement[],
  context: RunContext,
): Promise<Looked> {
  const run: TimedStatement[] = [];
  const notRun: string[] = [];
  for (const [done, prepared] of statements.entries()) {
    const total = statements.length;
    context.onProgress({
      activity: "comparing results and plans",
      done,
      total,
      unit: "statements",
    });
    const seen = await runSideBySide(session, versions, fixOnLab, prepared);
    if (!("problem" in seen)) run.push({ prepared, seen });
    else
      notRun.push(`Not run on the lab: ${prepared.statement.text.slice(0, 80)} (${seen.problem}).`);
  }
  if (run.length === 0 && statements.length > 0) throw nothingToProve(notRun.join(" "));
  return { run, notRun };
}

function notes(writeCost: MeasuredWriteCost, notRun: readonly string[]): readonly string[] {
  if (writeCost.kind === "measured") return notRun;
  return [...notRun, `The cost of writing was not measured: ${writeCost.reason}.`];
}
