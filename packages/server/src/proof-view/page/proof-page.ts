import type { PlanDiffRow, ProofView, ProvenStatement } from "@streamgate/contract";
import { formatDuration, type StatementProof } from "@streamgate/core";
import { counted, formatShare, groupDigits } from "../../report/wording.ts";
import { Html, html } from "../../web/html.ts";
import { distributionChart } from "../charts/distribution-chart.ts";
import { shiftChart } from "../charts/shift-chart.ts";
import { figureText } from "./figure-text.ts";
import { PROOF_POLICY, PROOF_STYLE } from "./proof-style.ts";

/** A proof as one HTML file that needs nothing else: to be kept, sent and read offline. */
export function proofPage(view: ProofView): string {
  const { recommendation } = view;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="${PROOF_POLICY}">
<title>Proof: ${recommendation.summary}</title>
<style>${new Html(PROOF_STYLE)}</style>
</head>
<body>
<main>
${heading(view)}
${ledger(view)}
${view.statements.map((statement, index) => statementSection(statement, view.proof?.statements[index], `s${index}`))}
${sideEffects(view)}
${control(view)}
${undo(view)}
${laboratory(view)}
</main>
</body>
</html>
`.toString();
}

function heading({ recommendation, verdict, explanation, verification }: ProofView): Html {
  const { kind, target, subject, summary, state, stateSince, saved, id } = recommendation;
  return html`<header>
<p class="faint">StreamGate · ${kind} · ${target} · ${subject}</p>
<h1>${summary}</h1>
<p class="verdict ${verdict ?? ""}">${verdict ?? "not proven yet"}: ${explanation}</p>
${verification !== null && html`<p class="verdict">In production, ${verification.verdict}: ${verification.explanation}</p>`}
<p>Saved in each hour: ${figureText(saved)}</p>
<p class="faint">Finding ${id}, ${state} since <time datetime="${stateSince}">${stateSince}</time></p>
</header>`;
}

function ledger({ ledger: lines }: ProofView): Html {
  return html`<section><h2>Predicted, measured, verified</h2><div class="scroll"><table>
<thead><tr><th scope="col">What</th><th scope="col">Predicted</th><th scope="col">Measured</th><th scope="col">Verified</th></tr></thead>
<tbody>${lines.map(
    ({ what, predicted, measured, verified }) =>
      html`<tr><th scope="row">${what}</th><td>${figureText(predicted)}</td><td>${figureText(measured)}</td><td>${figureText(verified)}</td></tr>`,
  )}</tbody>
</table></div></section>`;
}

function statementSection(
  statement: ProvenStatement,
  recorded: StatementProof | undefined,
  id: string,
): Html {
  const { role, text, before, after, results, usesFix, speedupOfMedian, speedupOfP95, replacedBy } =
    statement;
  return html`<section><h2>${role === "affected" ? "A statement that it is meant for" : "A statement that is watched for harm"}</h2>
<pre>${text}</pre>
${replacedBy === undefined ? "" : html`<p>In its place:</p><pre>${replacedBy}</pre>`}
<p>Median ${figureText(before.p50)} before, ${figureText(after.p50)} after: ${figureText(speedupOfMedian)} as fast.
95th percentile ${figureText(before.p95)} before, ${figureText(after.p95)} after: ${figureText(speedupOfP95)} as fast.
${before.runs} and ${after.runs} calls; ${results}; ${usesFix ? "its plan uses the fix" : "its plan does not use the fix"}.</p>
${
  recorded !== undefined &&
  html`<figure>${distributionChart(recorded, id)}<figcaption>Every measured call, on one logarithmic axis.</figcaption></figure>`
}
<figure>${shiftChart(statement, `${id}-shift`)}<figcaption>After − before at each decile, with 95 % intervals: below the line is faster.</figcaption></figure>
${planTable(statement.plan)}</section>`;
}

function planTable(rows: readonly PlanDiffRow[]): Html {
  if (rows.length === 0) return html``;
  return html`<div class="scroll"><table>
<thead><tr><th scope="col">Plan before</th><th scope="col">Plan after</th></tr></thead>
<tbody>${rows.map(
    ({ depth, before, after, change }) =>
      html`<tr class="${change}"><td class="code">${nodeText(before, depth)}</td><td class="code">${nodeText(after, depth)}</td></tr>`,
  )}</tbody>
</table></div>`;
}

function nodeText(node: PlanDiffRow["before"], depth: number): Html {
  if (node === null) return html``;
  const rows = node.actualRows ?? node.rows;
  const facts = [
    `${groupDigits(rows)} ${node.actualRows === undefined ? "rows expected" : "rows"}`,
    ...(node.actualMs === undefined ? [] : [formatDuration(node.actualMs)]),
    ...(node.buffers === undefined ? [] : [`${groupDigits(node.buffers)} blocks`]),
  ];
  return html`${"· ".repeat(depth)}${node.operation} ${node.detail}<br><small>${facts.join(", ")}</small>`;
}

function sideEffects({ sideEffects: effects }: ProofView): Html {
  if (effects.length === 0) return html``;
  return html`<section><h2>Side effects</h2><div class="scroll"><table><tbody>${effects.map(
    ({ what, figure, isHarm }) =>
      html`<tr><th scope="row">${what}</th><td class="${isHarm ? "harm" : ""}">${figureText(figure)}${isHarm ? " harm" : ""}</td></tr>`,
  )}</tbody></table></div></section>`;
}

function control({ control: untouched }: ProofView): Html {
  if (untouched === null) return html``;
  return html`<section><h2>Control</h2>
<p>${counted(untouched.statements, "statement")} that the fix does not touch moved by ${figureText(untouched.drift)} (before ÷ after); what they moved by is taken out of what is said of the others.</p></section>`;
}

function undo({ undo: statements }: ProofView): Html {
  if (statements.length === 0) return html``;
  return html`<section><h2>To take it back</h2><pre>${statements.map((sql) => `${sql};\n`)}</pre></section>`;
}

function laboratory({ proof }: ProofView): Html {
  if (proof === null) return html``;
  const { lab, startedAt, durationMs, seed } = proof;
  return html`<section><h2>Where it ran</h2>
<p>PostgreSQL ${lab.serverVersion}, ${lab.kind === "copy" ? "rows that StreamGate copied" : "a database that was named"}; begun <time datetime="${startedAt}">${startedAt}</time>, ${formatDuration(durationMs)}, seed ${seed}.</p>
<ul>${lab.tables.map(({ table, rows, share }) => html`<li>${table}: ${groupDigits(rows)} rows, ${formatShare(share)} of them</li>`)}</ul></section>`;
}
