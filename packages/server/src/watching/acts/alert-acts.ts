import { isAtLeast, SEVERITIES } from "@streamgate/core";
import type { RecordedAlert } from "@streamgate/monitor";
import { EXIT_CODES } from "../../command-line/exit-codes.ts";
import { alertLines } from "../alert-lines.ts";
import { listing, noWords, type StoreAct } from "./act.ts";

/** What fires now, the worst first; with `--fail-on` the exit code tells whether anything is as bad as that. */
const list: StoreAct = async (book, words, { settings }) => {
  noWords(words, "list");
  const failOn = settings.oneOf("fail-on", SEVERITIES);
  const alerts = await book.alerts();
  const firing = alerts.filter(({ state }) => state === "firing").sort(worstFirst);
  const isBad = failOn !== undefined && firing.some(({ severity }) => isAtLeast(severity, failOn));
  return {
    ...listing(firing, alertLines, "Nothing fires."),
    ...(isBad ? { exitCode: EXIT_CODES.findings } : {}),
  };
};

function worstFirst(left: RecordedAlert, right: RecordedAlert): number {
  const bySeverity = SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity);
  return bySeverity !== 0 ? bySeverity : left.startedAtMs - right.startedAtMs;
}

export const ALERT_ACTS: Readonly<Record<string, StoreAct>> = { list };
