import { createReadStream } from "node:fs";
import { addAbortSignal } from "node:stream";
import { type Finding, isAtLeast, messageOf, SEVERITIES, StreamGateError } from "@streamgate/core";
import { findingsWithBatches, parseRequestLine, RequestAdvisor } from "@streamgate/postgres";
import type { CommandCall } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { requestsUnreadable } from "../errors.ts";
import { LONGEST_LINE, readLines } from "./read-lines.ts";
import { requestsText } from "./requests-text.ts";

/** A line that holds no request, and why. */
interface MalformedLine {
  readonly line: number;
  readonly happened: string;
}

/** What recorded requests show. */
export interface RequestsReport {
  readonly requests: number;
  readonly statements: number;
  readonly malformedLines: number;
  /** The first of them; each is told on standard error. */
  readonly malformed: readonly MalformedLine[];
  /** Problems beyond the most that are kept at once. */
  readonly omittedProblems: number;
  readonly findings: readonly Finding[];
}

/** Of the malformed lines, those that the JSON lists. */
const MOST_LISTED = 1_000;

/**
 * `streamgate requests [FILE|-]`: reads recorded requests one line at a time and says what is wrong with how they ask.
 *
 * @throws StreamGateError `SG_SERVER_REQUESTS_UNREADABLE`
 */
export async function runRequestsCommand(
  call: CommandCall,
): Promise<{ readonly json: RequestsReport; readonly text: string; readonly exitCode: number }> {
  const { settings, terminal, positionals, signal } = call;
  const failOn = settings.oneOf("fail-on", SEVERITIES);
  const file = positionals[0] ?? "-";
  const report = await readReport(file, signal, (text) => terminal.tell(text));
  const isOver =
    failOn !== undefined && report.findings.some(({ severity }) => isAtLeast(severity, failOn));
  const hasNothing = report.requests === 0 && report.malformedLines > 0;
  return {
    json: report,
    text: requestsText(report, terminal.widthColumns),
    exitCode: hasNothing ? EXIT_CODES.couldNotRun : isOver ? EXIT_CODES.findings : EXIT_CODES.fine,
  };
}

async function readReport(
  file: string,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<RequestsReport> {
  const advisor = new RequestAdvisor();
  const malformed: MalformedLine[] = [];
  let [requests, statements, malformedLines] = [0, 0, 0];
  const source = addAbortSignal(signal, file === "-" ? process.stdin : createReadStream(file));
  if (file === "-" && process.stdin.isTTY) tell("Reading requests from here; Ctrl-D ends them.");
  try {
    for await (const { number, text } of readLines(source)) {
      try {
        if (text === null) throw new Error(`it is longer than ${LONGEST_LINE} characters`);
        const request = parseRequestLine(text, number);
        advisor.add(request);
        requests += 1;
        statements += request.statements.length;
      } catch (error) {
        const happened = error instanceof StreamGateError ? error.happened : messageOf(error);
        malformedLines += 1;
        if (malformed.length < MOST_LISTED) malformed.push({ line: number, happened });
        tell(`line ${number} is left out: ${happened}`);
      }
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw requestsUnreadable(file, cause);
  }
  return {
    requests,
    statements,
    malformedLines,
    malformed,
    omittedProblems: advisor.omittedProblems,
    findings: await findingsWithBatches(advisor, new Date()),
  };
}
