import { type Fix, formatByteSize, formatDuration } from "@streamgate/core";
import { evidenceBeside, formatEvidence } from "../../report/finding-text.ts";
import { statementRung } from "../../report/statement-rung.ts";
import { oneLine, safeLines } from "../../report/text/layout.ts";
import { counted, formatShare } from "../../report/wording.ts";
import type { FindingView } from "../../turn/turn-state.ts";
import { type Html, html } from "../html.ts";
import { fact } from "./fact.ts";
import { stateBadge } from "./overview.ts";
import { proofPart } from "./proof.ts";
import { verificationPart } from "./verification.ts";

/** One finding: what it costs, the fix, the proof, and what production said. */
export function findingSection(view: FindingView, number: number): Html {
  const { finding, proof, proofFailure, verification } = view;
  const id = `finding-${number}`;
  return html`<article id="${id}" class="card" aria-labelledby="${id}-title">
<header><h2 id="${id}-title">${oneLine(finding.summary)}</h2>
<p class="meta">${stateBadge(view)} <span>${finding.kind}</span> <span>${finding.severity}</span> <code>${finding.id}</code></p></header>
<dl class="facts">
${evidenceBeside(finding).map((evidence) => fact(oneLine(evidence.name), formatEvidence(evidence), evidence.rung))}
</dl>
${finding.statements.map(
  (
    statement,
  ) => html`<figure class="statement"><pre><code>${safeLines(statement.text).join("\n")}</code></pre>
<figcaption>${counted(statement.calls, "call")}, ${formatShare(statement.shareOfTime)} of the time, mean ${formatDuration(statement.meanMs)} <span class="rung">${statementRung(finding)}</span> → ${formatDuration(statement.expectedMeanMs)} <span class="rung">estimated</span></figcaption></figure>`,
)}
${finding.fix !== undefined && fixPart(finding.fix)}
${proof !== null && proofPart(proof, id)}
${proofFailure !== null && html`<h3>No proof</h3><p>${oneLine(proofFailure)}</p>`}
${fatePart(view)}
${verification !== null && verificationPart(verification)}
</article>`;
}

function fixPart(fix: Fix): Html {
  const locks = [...new Set(fix.steps.map((step) => (step.kind === "sql" ? step.lock : "none")))];
  return html`<h3>Fix</h3>
${fix.steps.map(
  (step) =>
    html`<pre class="fix"><code>${step.kind === "sql" ? safeLines(step.apply).join("\n") : `set ${step.name} = ${step.value}`}</code></pre>`,
)}
<dl class="facts">
${fact("Size", formatByteSize(fix.expectedSizeBytes), "estimated")}
${fact("Time to build", formatDuration(fix.expectedDurationMs), "estimated")}
<div><dt>Lock</dt><dd>${locks.join(", ")}</dd></div>
<div><dt>Risk</dt><dd>${fix.risk}</dd></div>
</dl>
<p class="note">${oneLine(fix.riskReason)}</p>`;
}

function fatePart({ application, notApplied, reversion, revertFailure }: FindingView): Html {
  return html`${
    application !== null &&
    html`<p class="fate">Applied in ${formatDuration(application.durationMs)}, without blocking reads or writes, at <time datetime="${application.appliedAt}">${application.appliedAt.slice(11, 19)}</time> UTC.</p>`
  }${notApplied !== null && html`<p class="fate">Not applied: ${oneLine(notApplied)}.</p>`}${
    reversion !== null && html`<p class="fate">Taken back: ${oneLine(reversion.reason)}</p>`
  }${revertFailure !== null && html`<p class="fate bad">Could not be taken back: ${oneLine(revertFailure)}</p>`}`;
}
