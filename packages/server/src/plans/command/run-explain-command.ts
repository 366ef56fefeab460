import { isAtLeast, type Severity, systemClock } from "@streamgate/core";
import {
  advisePlan,
  diffPlans,
  type PlanAdvice,
  readPlans,
  readSnapshot,
} from "@streamgate/pg-advisor";
import type { CommandCall } from "../../command-line/command.ts";
import { EXIT_CODES } from "../../command-line/exit-codes.ts";
import { usageError } from "../../errors.ts";
import { oneLine } from "../../report/text/layout.ts";
import { paintFor } from "../../report/text/paint.ts";
import { redact } from "../../secrets/redact.ts";
import { diffLines } from "./diff-lines.ts";
import { planJson } from "./plan-json.ts";
import { planLines } from "./plan-lines.ts";
import { readPlanText } from "./read-plan-text.ts";

/** What `streamgate explain` tells, for a program and for a person. */
export interface ExplainAnswer {
  readonly json: object;
  readonly lines: readonly string[];
  readonly exitCode: number;
}

const DEFAULT_LIMIT = 10;

/** `streamgate explain [FILE|-]`. */
export async function runExplainCommand(
  call: CommandCall,
  failOn: Severity | undefined,
): Promise<ExplainAnswer> {
  if (call.settings.isOn("diff")) return compareTwo(call);
  const [place = "-", surplus] = call.positionals;
  if (surplus !== undefined)
    throw usageError(
      "read a plan",
      "two files were named",
      "name one, or compare them with --diff A B",
    );
  const { settings, signal, terminal } = call;
  if (place === "-" && process.stdin.isTTY) terminal.tell("Paste a plan, then Ctrl-D.");
  const plans = readPlans(await readPlanText(place, signal));
  for (const warning of plans.flatMap(({ warnings }) => warnings))
    terminal.tell(`warning: ${redact(oneLine(warning))}`);
  const url = settings.text("database");
  const snapshot =
    url === undefined ? undefined : await readSnapshot(url, { needsStatements: false, signal });
  const at = systemClock.now().toISOString();
  const advised = plans.map((plan) =>
    advisePlan({
      plan,
      at,
      ...(snapshot === undefined ? {} : { snapshot, database: snapshot.server.database }),
    }),
  );
  const shown = longest(advised, settings.count("limit", 1) ?? DEFAULT_LIMIT);
  const left = advised.length - shown.length;
  const paint = paintFor(terminal.hasColour);
  return {
    json: { plans: shown.map(planJson), left },
    lines: [
      ...shown.flatMap((advice, index) => [
        ...(index === 0 ? [] : ["", "─".repeat(terminal.widthColumns), ""]),
        ...planLines(advice, terminal.widthColumns, paint),
      ]),
      ...(left === 0 ? [] : ["", `${left} shorter plans are not shown: --limit ${advised.length}`]),
    ],
    exitCode: exitCodeOf(advised, failOn),
  };
}

/** `streamgate explain --diff A B`. */
async function compareTwo({ positionals, signal, terminal }: CommandCall): Promise<ExplainAnswer> {
  const [before, after] = positionals;
  if (before === undefined || after === undefined || (before === "-" && after === "-"))
    throw usageError(
      "compare two plans",
      "two files were not named",
      "write `streamgate explain --diff BEFORE AFTER`; one of them may be - for standard input",
    );
  const [one] = readPlans(await readPlanText(before, signal));
  const [other] = readPlans(await readPlanText(after, signal));
  if (one === undefined || other === undefined) throw new RangeError("a reader without a plan");
  const diff = diffPlans(one, other);
  return {
    json: diff,
    lines: diffLines(diff, terminal.widthColumns, paintFor(terminal.hasColour)),
    exitCode: EXIT_CODES.fine,
  };
}

/** All in their order, or so many of them that took longest. */
function longest(advised: readonly PlanAdvice[], limit: number): readonly PlanAdvice[] {
  if (advised.length <= limit) return advised;
  const weightOf = ({ weighed }: PlanAdvice): number => weighed.totalMs ?? 0;
  return advised.toSorted((one, other) => weightOf(other) - weightOf(one)).slice(0, limit);
}

function exitCodeOf(advised: readonly PlanAdvice[], failOn: Severity | undefined): number {
  const isOver = advised.some(({ findings }) =>
    findings.some(({ finding }) => failOn !== undefined && isAtLeast(finding.severity, failOn)),
  );
  return isOver ? EXIT_CODES.findings : EXIT_CODES.fine;
}
