import type { Advice, Finding } from "@streamgate/core";
import {
  adviseCaching,
  adviseIndexes,
  adviseRewrites,
  adviseStatements,
  buildWorkload,
  chooseIndexes,
  generateCandidates,
  type RunContext,
  readTwinFile,
  type Snapshot,
  type Twin,
} from "@streamgate/pg-advisor";
import type { CommandCall } from "../command-line/command.ts";
import { startProgressLine } from "../command-line/progress-line.ts";
import { usageError } from "../errors.ts";
import { findingLines } from "../report/finding-text.ts";
import { paintFor } from "../report/text/paint.ts";
import { counted } from "../report/wording.ts";
import { unprovenView } from "../turn/turn-state.ts";
import { onTwinOf, readTwinText, type TwinAnswer } from "./twin-of-file.ts";

/** What is advised from an exported twin alone: no database is asked, so that all of it is estimated. */
export async function adviseOnTwin(
  call: CommandCall,
  [file]: readonly string[],
): Promise<TwinAnswer> {
  if (file === undefined) {
    throw usageError(
      "advise on a twin",
      "the file is missing",
      "write `streamgate twin advise FILE`",
    );
  }
  const snapshot = readTwinFile(await readTwinText(file));
  const progress = startProgressLine(call.terminal, () => performance.now());
  try {
    const { findings, declined } = await onTwinOf(
      snapshot,
      call,
      (twin, context) => adviseAll(snapshot, twin, context),
      (step) => progress.show("Advising", step),
    );
    progress.clear();
    return { json: { findings, declined }, text: textOf(findings, declined.length, call) };
  } finally {
    progress.clear();
  }
}

async function adviseAll(snapshot: Snapshot, twin: Twin, context: RunContext): Promise<Advice> {
  const from = snapshot.statementsSince ?? snapshot.server.startedAt;
  const to = snapshot.takenAt;
  const durationMs = Math.max(1, Date.parse(to) - Date.parse(from));
  const workload = await buildWorkload({
    counters: snapshot.statements,
    window: { source: "counters since reset", from, to, durationMs },
    snapshot,
    whatIf: twin,
    random: context.random,
  });
  const { candidates, declined } = generateCandidates(workload, snapshot);
  const choice = await chooseIndexes({ workload, snapshot, candidates, whatIf: twin, context });
  const indexes = adviseIndexes({ choice, workload, snapshot });
  const withIndexes = { present: choice.chosen.map(({ candidate }) => candidate.id), absent: [] };
  const rewrites = await adviseRewrites({ workload, snapshot, whatIf: twin, withIndexes });
  return {
    findings: [
      ...indexes.findings,
      ...rewrites.findings,
      ...(await adviseStatements({ workload, snapshot, whatIf: twin })),
      ...adviseCaching({ workload, snapshot }),
    ],
    declined: [...indexes.declined, ...declined, ...rewrites.declined],
  };
}

function textOf(findings: readonly Finding[], declined: number, { terminal }: CommandCall): string {
  const paint = paintFor(terminal.hasColour);
  return [
    `${counted(findings.length, "finding")} (estimated: nothing was run), ${counted(declined, "remedy", "remedies")} weighed and declined`,
    ...findings.flatMap((finding, index) => [
      "",
      ...findingLines(unprovenView(finding), index + 1, terminal.widthColumns, paint),
    ]),
  ].join("\n");
}
