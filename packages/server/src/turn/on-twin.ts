import { join } from "node:path";
import { hypopgOf, type Twin, type WhatIf, type Workload } from "@streamgate/pg-advisor";
import { counted } from "../report/wording.ts";
import type { Sighting } from "./observe.ts";
import { tellSkipped } from "./tell-skipped.ts";
import type { Turn } from "./turn-context.ts";

/**
 * Builds the workload on a twin of the database and works with both. The twin is gone at the end. Statements that it cannot carry are planned by
 * HypoPG where the watched database has it.
 */
export async function onTwin<Result>(
  turn: Turn,
  sighting: Sighting,
  work: (workload: Workload, twin: Twin) => Promise<Result>,
): Promise<Result> {
  const { instruments, context, options } = turn;
  const { snapshot } = sighting;
  const alone = await instruments.createTwin({
    snapshot,
    folder: join(options.folder, "twin"),
    sharedFolder: options.sharedFolder,
    context,
  });
  turn.tell({ kind: "server started", role: "twin", pid: alone.serverPid });
  const { connectionString } = options;
  const twin = instruments.besideTwin(alone, { connectionString, snapshot, context });
  try {
    const workload = await readWorkload(turn, sighting, twin);
    tellSkipped(turn, "twin", twin.skipped);
    tellHypopg(turn, sighting, workload);
    tellObserved(turn, sighting, workload);
    return await work(workload, twin);
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

/** Who reads figures of two planners is told so. */
function tellHypopg(turn: Turn, { snapshot }: Sighting, { statements }: Workload): void {
  const count = statements.filter(({ plannedBy }) => plannedBy === "hypopg").length;
  if (count === 0) return;
  const version = hypopgOf(snapshot)?.version ?? "";
  turn.tell({
    kind: "warning",
    message: `HypoPG ${version} on the watched server plans ${counted(count, "statement")} that the twin cannot carry; sizes are the size model's`,
  });
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
