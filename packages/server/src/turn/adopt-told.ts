import { type Finding, messageOf, type Replacement } from "@streamgate/core";
import {
  keepColumns,
  parametersInOrder,
  type Statement,
  type Workload,
} from "@streamgate/pg-advisor";
import { formOf, writeForKeys } from "@streamgate/postgres";
import type { Turn } from "./turn-context.ts";

/**
 * What traced processes tell of how they ask, where the statement is in the workload of this database: it can be tried in a lab then. A process
 * has no parser, so that what to ask in its place is written here.
 */
export async function adoptTold(turn: Turn, workload: Workload): Promise<readonly Finding[]> {
  // Two services may have the same route with the same loop.
  const told = new Map(turn.options.told().map((finding) => [finding.id, finding]));
  if (told.size === 0) return [];
  const byForm = new Map(workload.statements.map((one) => [formOf(one.text), one]));
  const adopted: Finding[] = [];
  for (const finding of told.values()) {
    const statement = byForm.get(finding.statements[0]?.text ?? "");
    if (statement === undefined) continue;
    try {
      const replacement = await replacementFor(finding, statement);
      if (replacement !== null)
        adopted.push(adopt(turn, finding, statement, replacement, workload));
    } catch (error) {
      turn.context.signal.throwIfAborted();
      const message = `What to ask in place of ${finding.id} could not be written: ${messageOf(error)}`;
      turn.tell({ kind: "warning", message });
    }
  }
  return adopted;
}

/** Null where it cannot be written, or where the finding is about something else. */
function replacementFor(finding: Finding, statement: Statement): Promise<Replacement | null> {
  if (finding.loop !== undefined) return askOnce(finding.loop, statement);
  if (finding.columnsRead === undefined) return Promise.resolve(null);
  const { fingerprint } = statement;
  const text = keepColumns(statement.text, finding.columnsRead);
  return Promise.resolve(text === null ? null : { kind: "fewer columns", fingerprint, text });
}

async function askOnce(
  loop: NonNullable<Finding["loop"]>,
  { fingerprint, text }: Statement,
): Promise<Replacement | null> {
  const numbers = parametersInOrder(text);
  if (numbers.length !== loop.places) return null;
  const keys = loop.keys.flatMap(({ place, type, isList }) => {
    const parameter = numbers[place];
    return parameter === undefined ? [] : [{ parameter, type, isList }];
  });
  if (keys.length !== loop.keys.length) return null;
  const batch = await writeForKeys({ sql: text, keys });
  return batch.kind === "declined"
    ? null
    : { kind: "one for all", fingerprint, text: batch.sql, callerMust: batch.note, loop };
}

/** The finding as the process tells it, about the statement as the database counts it. */
function adopt(
  { target }: Turn,
  finding: Finding,
  { fingerprint, text, calls, meanMs, totalMs }: Statement,
  replacement: Replacement,
  { statements, window }: Workload,
): Finding {
  const [seen] = finding.statements;
  const part = seen === undefined ? 1 : seen.expectedMeanMs / Math.max(seen.meanMs, SMALLEST_MS);
  const allMs = statements.reduce((sum, one) => sum + one.totalMs, 0);
  // As the code waits for it, its way over the network included; how often is what the database counts.
  const sparedMs = seen === undefined ? 0 : Math.max(0, seen.meanMs - seen.expectedMeanMs);
  return {
    ...finding,
    savedMsPerHour: (sparedMs * calls * MS_AN_HOUR) / Math.max(window.durationMs, 1),
    subject: { ...finding.subject, database: target },
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: allMs === 0 ? 0 : totalMs / allMs,
        meanMs,
        expectedMeanMs: meanMs * part,
      },
    ],
    remedy: [`Send this in its place: ${replacement.text}`, replacement.callerMust ?? ""]
      .filter((sentence) => sentence !== "")
      .join("\n"),
    replacement,
  };
}

const SMALLEST_MS = 1e-6;
const MS_AN_HOUR = 3_600_000;
