import type { Finding } from "@streamgate/core";
import { type Choice, type Snapshot, timedChangesOf, type Workload } from "@streamgate/pg-advisor";
import { adoptTold } from "./adopt-told.ts";
import type { IndexSearch } from "./events.ts";
import { findDrops } from "./find-drops.ts";
import { findPlanProblems } from "./find-plan-problems.ts";
import { findRewrites } from "./find-rewrites.ts";
import { findSummaries } from "./find-summaries.ts";
import type { Sighting } from "./observe.ts";
import { onTwin } from "./on-twin.ts";
import type { Turn } from "./turn-context.ts";

/** What was found, with the workload that it was found in. */
export interface Diagnosis {
  readonly workload: Workload;
  readonly findings: readonly Finding[];
}

/** Plans the workload on a twin and finds what would make it faster. The twin is gone at the end. */
export async function diagnose(turn: Turn, sighting: Sighting): Promise<Diagnosis> {
  const { instruments, context } = turn;
  const { snapshot } = sighting;
  return onTwin(turn, sighting, async (workload, twin) => {
    const { candidates, declined } = instruments.generateCandidates(workload, snapshot);
    // Where their duties cannot be read, no existing index is taken for one that may go.
    const existing = await instruments
      .observeIndexes(turn.options.connectionString, { signal: context.signal })
      .then(({ indexes }) => indexes)
      .catch(() => []);
    const choice = await instruments.chooseIndexes({
      workload,
      snapshot,
      candidates,
      whatIf: twin,
      context,
      options: turn.options.choice,
      existing,
      measured: await lessonsOf(turn, snapshot),
    });
    const advice = instruments.adviseIndexes({ choice, workload, snapshot });
    const rewrites = await findRewrites(turn, sighting, workload, twin, choice);
    const summaries = await findSummaries(turn, sighting, workload, twin, choice);
    const drops = await findDrops(turn, sighting, workload, twin);
    const plans = await findPlanProblems(turn, sighting, workload, twin);
    const caching = instruments.adviseCaching({ workload, snapshot });
    const findings = [
      ...advice.findings,
      ...rewrites.findings,
      ...summaries.findings,
      ...drops.findings,
      ...plans,
      ...caching,
      ...(await adoptTold(turn, workload)),
    ];
    turn.tell({
      kind: "diagnosed",
      declined: [
        ...advice.declined,
        ...declined,
        ...rewrites.declined,
        ...summaries.declined,
        ...drops.declined,
      ],
      declinedStatements: workload.declined,
      search: searchOf(choice),
    });
    await rememberAll(turn, findings);
    return { workload, findings };
  });
}

/** Proofs that a calibration learns from: later ones know the data of today better. */
const MOST_LESSONS = 50;

/** What earlier proofs on this database teach about how long plans take; a store that does not answer teaches nothing. */
async function lessonsOf(
  { store, target }: Turn,
  snapshot: Snapshot,
): Promise<ReturnType<typeof timedChangesOf>> {
  const proofs = await store.latestProofs(target, MOST_LESSONS).catch(() => []);
  return timedChangesOf(proofs, snapshot);
}

/** How the indexes were found; null where the choice does not tell. */
function searchOf(choice: Choice): IndexSearch | null {
  const { bound, timeModel, plannerCalls, plannerCallsSaved = 0, pareto = [] } = choice;
  if (bound === undefined) return null;
  return {
    ...bound,
    sizeBytes: choice.chosen.reduce((sum, one) => sum + one.predictedSizeBytes, 0),
    plannerCalls,
    plannerCallsSaved,
    timeModel: timeModel ?? null,
    pareto,
  };
}

async function rememberAll(turn: Turn, findings: readonly Finding[]): Promise<void> {
  const standing = await turn.store.standingFindings(turn.target);
  const stood = new Set(standing.map(({ id }) => id));
  for (const finding of findings) {
    const { state } = await turn.store.recordFinding(turn.run, turn.target, finding);
    if (stood.has(finding.id) && state === "found") {
      turn.tell({
        kind: "warning",
        message: `The fix of ${finding.id} was applied once and no longer stands; somebody else took it away.`,
      });
    }
    turn.tell({ kind: "finding", finding, state });
  }
}
