import { formatDuration, type Verification } from "@streamgate/core";
import { oneLine } from "../../report/text/layout.ts";
import { counted, formatConfidence, formatSpeedup, groupDigits } from "../../report/wording.ts";
import { type Html, html } from "../html.ts";

/** What the counters of production said after the apply. */
export function verificationPart(verification: Verification): Html {
  const { verdict, explanation, statements, control } = verification;
  const rung = verdict === "verified" ? "verified" : "measured";
  return html`<h3>Production: ${verdict}</h3>
<p>${oneLine(explanation)}</p>
<div class="scroll" tabindex="0" role="group" aria-label="Statements in production">
<table><caption class="visually-hidden">Statements in production, before and after</caption>
<thead><tr><th scope="col">Statement</th><th scope="col">Role</th><th scope="col" class="number">Mean <span class="rung">${rung}</span></th><th scope="col" class="number">Faster <span class="rung">${rung}</span></th><th scope="col" class="number">Calls</th></tr></thead>
<tbody>${statements.map(
    (
      statement,
    ) => html`<tr><th scope="row"><code class="one-line">${oneLine(statement.text)}</code></th><td>${statement.role}</td>
<td class="number">${formatDuration(statement.meanBeforeMs)} → ${formatDuration(statement.meanAfterMs)}</td>
<td class="number">${formatSpeedup(statement.speedup)}</td>
<td class="number">${groupDigits(statement.callsBefore)} and ${groupDigits(statement.callsAfter)}</td></tr>`,
  )}</tbody></table></div>
<p class="note">Control: ${counted(control.statements, "untouched statement")} moved by ${formatSpeedup(control.drift)} (${formatConfidence(control.drift)}).</p>`;
}
