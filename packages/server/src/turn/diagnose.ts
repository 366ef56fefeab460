import { join } from "node:path";
import type { Finding } from "@streamgate/core";
import type { WhatIf, Workload } from "@streamgate/pg-advisor";
import type { Sighting } from "./observe.ts";
import { tellSkipped } from "./tell-skipped.ts";
import type { Turn } from "./turn-context.ts";

/** What was found, with the workload that it was found in. */
export interface Diagnosis {
  readonly workload: Workload;
  readonly findings: readonly Finding[];
}

/** Plans the workload on a twin and finds what would make it faster. The twin is gone at the end. */
export async function diagnose(turn: Turn, sighting: Sighting): Promise<Diagnosis> {
  const { instruments, context, options } = turn;
  const { snapshot } = sighting;
  const twin = await instruments.createTwin({
    snapshot,
    folder: join(options.folder, "twin"),
    sharedFolder: options.sharedFolder,
    context,
  });
  turn.tell({ kind: "server started", role: "twin", pid: twin.serverPid });
  try {
    const workload = await readWorkload(turn, sighting, twin);
    tellSkipped(turn, "twin", twin.skipped);
    tellObserved(turn, sighting, workload);
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
  } finally {
    await twin.close();
    turn.tell({ kind: "server stopped", role: "twin" });
  }
}

function readWorkload(turn: Turn, sighting: Sighting, whatIf: WhatIf): Promise<Workload> {
  const { instruments, context, options } = turn;
  const { snapshot, counters, window } = sighting;
  const { random } = context;
  return options.observation.kind === "file"
    ? instruments.workloadFromSql(options.observation.text, { snapshot, whatIf, random })
    : instruments.buildWorkload({ counters, window, snapshot, whatIf, random });
}

function tellObserved(turn: Turn, { snapshot }: Sighting, workload: Workload): void {
  const sum = (read: (statement: Workload["statements"][number]) => number): number =>
    workload.statements.reduce((total, statement) => total + read(statement), 0);
  turn.tell({
    kind: "observed",
    observed: {
      server: snapshot.server,
      window: workload.window,
      statements: workload.statements.length,
      calls: sum((statement) => statement.calls),
      totalMs: sum((statement) => statement.totalMs),
      tables: snapshot.relations.filter((relation) => relation.kind.endsWith("table")).length,
      indexes: snapshot.indexes.length,
    },
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
