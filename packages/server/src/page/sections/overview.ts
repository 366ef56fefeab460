import { formatDuration } from "@streamgate/core";
import { shortNameOf } from "../../report/short-name.ts";
import { measuredSpeedup } from "../../report/terminal-report.ts";
import { oneLine } from "../../report/text/layout.ts";
import { verdictOf } from "../../report/verdict.ts";
import { counted, describeWindow, formatSaving } from "../../report/wording.ts";
import type { FindingView, TurnState } from "../../turn/turn-state.ts";
import { type Html, html } from "../html.ts";

/** The verdict, what was looked at, and the findings at a glance. */
export function overviewSection(turn: TurnState, activity: string | null): Html {
  const isWaiting = turn.status === "waiting" && activity !== null;
  const verdict = isWaiting ? `Getting ready: ${activity}.` : verdictOf(turn);
  return html`<section id="overview" aria-labelledby="verdict">
<h1 id="verdict">${oneLine(verdict)}</h1>
<p class="observed">${observedText(turn)}</p>
${turn.findings.length > 0 && findingsTable(turn.findings)}
</section>`;
}

function observedText({ observed, target }: TurnState): string {
  if (observed === null) return target === "" ? "" : oneLine(target);
  const { server, window, statements, calls, totalMs } = observed;
  return oneLine(
    [
      `${server.database} on ${server.host}:${server.port}`,
      `PostgreSQL ${server.version}`,
      describeWindow(window),
      `${counted(statements, "statement")}, ${counted(calls, "call")}, ${formatDuration(totalMs)} of work (measured)`,
    ].join(" · "),
  );
}

function findingsTable(findings: readonly FindingView[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Findings">
<table class="findings" role="table">
<caption class="visually-hidden">Findings, most time saved first</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Finding</th><th scope="col" role="columnheader" class="number">Saves <span class="rung">estimated</span></th><th scope="col" role="columnheader" class="number">Faster <span class="rung">measured</span></th><th scope="col" role="columnheader">State</th></tr></thead>
<tbody role="rowgroup">
${findings.map(
  (view, index) => html`<tr role="row">
<th scope="row" role="rowheader"><a href="#finding-${index + 1}">${shortNameOf(view.finding)}</a></th>
<td class="number" role="cell">${formatSaving(view.finding.savedMsPerHour)}</td>
<td class="number" role="cell">${measuredSpeedup(view)}</td>
<td role="cell">${stateBadge(view)}</td></tr>`,
)}
</tbody></table></div>`;
}

/** What has become of a finding, or what is being done with it. */
export function stateBadge({ state, activity, proofFailure }: FindingView): Html {
  if (activity !== null) return html`<span class="badge busy">${activity} …</span>`;
  if (state === "found" && proofFailure !== null) return html`<span class="badge">no proof</span>`;
  return html`<span class="badge ${state.replaceAll(" ", "-")}">${state}</span>`;
}
