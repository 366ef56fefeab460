import { formatDuration } from "@streamgate/core";
import { shortNameOf } from "../report/short-name.ts";
import { measuredSpeedup } from "../report/terminal-report.ts";
import { oneLine } from "../report/text/layout.ts";
import { counted, formatSpeedup } from "../report/wording.ts";
import type { TurnEvent } from "../turn/events.ts";
import type { FindingView, TurnState } from "../turn/turn-state.ts";

const STAGE_WORDS = {
  observe: "Observing",
  diagnose: "Diagnosing",
  prove: "Proving",
  apply: "Applying",
  verify: "Verifying",
} as const;

/** What a person is told of an event while a turn runs; null where there is nothing to say. */
export function narrate(event: TurnEvent, state: TurnState): string | null {
  switch (event.kind) {
    case "stage started":
      return `${STAGE_WORDS[event.stage]} …`;
    case "stage finished":
      return `  done in ${formatDuration(event.durationMs)}`;
    case "observed": {
      const { server, statements, calls, tables, indexes } = event.observed;
      return `  ${counted(statements, "statement")}, ${counted(calls, "call")}; ${counted(tables, "table")}, ${counted(indexes, "index", "indexes")}; PostgreSQL ${oneLine(server.version)}`;
    }
    case "diagnosed":
      return `  ${counted(event.declined.length, "candidate")} declined`;
    case "finding":
      return `  found: ${oneLine(event.finding.summary)}`;
    case "proof": {
      const view = viewOf(state, event.finding);
      const shown = view === undefined ? "" : ` ${measuredSpeedup(view)} faster (measured)`;
      const faster =
        event.proof.verdict === "proven" ? shown : `: ${oneLine(event.proof.explanation)}`;
      return `  ${event.proof.verdict}: ${nameOf(state, event.finding)}${faster}`;
    }
    case "proof failed":
      return `  no proof for ${nameOf(state, event.finding)}: ${oneLine(event.reason)}`;
    case "set proof": {
      const { kept, whole } = event.set;
      const said = whole === null ? "" : `: ${whole.verdict}, ${oneLine(whole.explanation)}`;
      return `  ${counted(kept.length, "fix", "fixes")} together${said}`;
    }
    case "application":
      return `  applied in ${formatDuration(event.application.durationMs)}: ${nameOf(state, event.finding)}`;
    case "apply declined":
      return `  not applied: ${nameOf(state, event.finding)}: ${oneLine(event.reason)}`;
    case "apply failed":
      return `  could not apply ${nameOf(state, event.finding)}: ${oneLine(event.reason)}`;
    case "verification": {
      const [first] = event.verification.statements;
      const faster = first === undefined ? "" : `, ${formatSpeedup(first.speedup)} in production`;
      return `  ${event.verification.verdict}: ${nameOf(state, event.finding)}${faster}`;
    }
    case "reversion":
      return `  taken back: ${nameOf(state, event.finding)}: ${oneLine(event.reason)}`;
    case "revert failed":
      return `  could not take back ${nameOf(state, event.finding)}: ${oneLine(event.reason)}`;
    case "warning":
      return `  warning: ${oneLine(event.message)}`;
    case "turn started":
    case "turn ended":
    case "progress":
    case "proof started":
    case "apply started":
    case "server started":
    case "server stopped":
      return null;
  }
}

function nameOf(state: TurnState, id: string): string {
  const finding = viewOf(state, id)?.finding;
  return finding === undefined ? id : shortNameOf(finding);
}

function viewOf({ findings }: TurnState, id: string): FindingView | undefined {
  return findings.find(({ finding }) => finding.id === id);
}
