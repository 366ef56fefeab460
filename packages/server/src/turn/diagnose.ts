import type { Finding } from "@streamgate/core";
import type { Workload } from "@streamgate/pg-advisor";
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
    const choice = await instruments.chooseIndexes({
      workload,
      snapshot,
      candidates,
      whatIf: twin,
      context,
    });
    const advice = instruments.adviseIndexes({ choice, workload, snapshot });
    turn.tell({
      kind: "diagnosed",
      declined: [...advice.declined, ...declined],
      declinedStatements: workload.declined,
    });
    await rememberAll(turn, advice.findings);
    return { workload, findings: advice.findings };
  });
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
