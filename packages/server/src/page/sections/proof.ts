import { formatByteSize, formatDuration, type Proof, type StatementProof } from "@streamgate/core";
import { comparisonOf } from "../../report/proof-text.ts";
import { median, p95 } from "../../report/samples.ts";
import { oneLine, safeLines } from "../../report/text/layout.ts";
import { formatConfidence, formatShare, formatSpeedup, groupDigits } from "../../report/wording.ts";
import { distributionChart } from "../charts/distribution-chart.ts";
import { type Html, html } from "../html.ts";
import { fact } from "./fact.ts";

/** The same work before and after: times, plans, sizes, and what it costs to write. */
export function proofPart(proof: Proof, id: string): Html {
  const affected = proof.statements.filter(({ role }) => role === "affected");
  const bystanders = proof.statements.filter(({ role }) => role === "bystander");
  return html`<h3>Proof: ${proof.verdict}</h3>
<p>${oneLine(proof.explanation)}</p>
${affected.map((statement, index) => statementFigure(statement, `${id}-statement-${index + 1}`))}
${bystanders.length > 0 && bystanderTable(bystanders)}
<dl class="facts">
${fact("Size", formatByteSize(proof.realSizeBytes), "measured")}
${fact("Size, predicted", formatByteSize(proof.predictedSizeBytes), "estimated")}
${fact("Time to build", formatDuration(proof.buildMs), "measured")}
${
  proof.writeCost !== undefined &&
  fact(
    `An inserted row of ${oneLine(proof.writeCost.table)} takes`,
    `${formatSpeedup(proof.writeCost.ratio)} the time, ${formatConfidence(proof.writeCost.ratio)}`,
    "measured",
  )
}
</dl>
<p class="note">${labText(proof)}</p>`;
}

function statementFigure(statement: StatementProof, id: string): Html {
  const { speedupOfMedian, speedupOfP95, beforeMs, afterMs, results } = statement;
  return html`<figure class="times">
<figcaption><code class="one-line">${oneLine(statement.text)}</code>
<span class="shift"><strong>${formatSpeedup(speedupOfMedian)}</strong> faster at the median, ${formatSpeedup(speedupOfP95)} at p95 (${formatConfidence(speedupOfMedian)}) <span class="rung">measured</span></span></figcaption>
${distributionChart(statement, id)}
<p class="note">${groupDigits(beforeMs.length)} calls before and ${groupDigits(afterMs.length)} after, interleaved; p95 ${formatDuration(p95(beforeMs))} → ${formatDuration(p95(afterMs))}; results ${comparisonOf(results)}.</p>
<details id="${id}-plans"><summary>Plans before and after</summary>
<div class="plans"><div><h4>Before</h4><pre tabindex="0"><code>${safeLines(statement.planBefore).join("\n")}</code></pre></div>
<div><h4>After</h4><pre tabindex="0"><code>${safeLines(statement.planAfter).join("\n")}</code></pre></div></div>
</details></figure>`;
}

function bystanderTable(bystanders: readonly StatementProof[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Other statements on the same tables">
<table><caption>Other statements on the same tables, watched for side effects <span class="rung">measured</span></caption>
<thead><tr><th scope="col">Statement</th><th scope="col" class="number">Median</th><th scope="col" class="number">Faster</th><th scope="col">Results</th></tr></thead>
<tbody>${bystanders.map(
    (
      statement,
    ) => html`<tr><th scope="row"><code class="one-line">${oneLine(statement.text)}</code></th>
<td class="number">${formatDuration(median(statement.beforeMs))} → ${formatDuration(median(statement.afterMs))}</td>
<td class="number">${formatSpeedup(statement.speedupOfMedian)}</td><td>${comparisonOf(statement.results)}</td></tr>`,
  )}</tbody></table></div>`;
}

function labText({ lab, seed }: Proof): string {
  const tables = lab.tables
    .map(
      ({ table, rows, share }) =>
        `${oneLine(table)} ${groupDigits(rows)} rows (${formatShare(share)})`,
    )
    .join(", ");
  const kind = lab.kind === "copy" ? "rows copied into PostgreSQL" : `${lab.address}, PostgreSQL`;
  return `Measured in a lab: ${kind} ${lab.serverVersion}: ${tables}. Seed ${seed}.`;
}
