import { formatDuration } from "@streamgate/core";
import { counted, formatTimes, groupDigits } from "../../report/wording.ts";
import { latencyChart } from "../charts/latency-chart.ts";
import { type Html, html } from "../html.ts";
import type { LatencyWindow, ServiceView } from "../page-state.ts";

/** The API as its visitors feel it, before and after. */
export function serviceSection(service: ServiceView): Html {
  const { latency, before, after, appliedAt } = service;
  if (latency.length < 2) return html`<section id="service" hidden></section>`;
  return html`<section id="service" class="card" aria-labelledby="service-title">
<h2 id="service-title">The API, as its visitors feel it</h2>
${before !== null && comparison(before, after)}
${latencyChart(latency, appliedAt)}
<p class="note">p95 of the answer times of all routes (measured by the API, in windows of two seconds). The labs of the proofs run on this machine, too, and slow it meanwhile.</p>
</section>`;
}

function comparison(before: LatencyWindow, after: LatencyWindow | null): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Answer times"><table class="latency-table">
<caption class="visually-hidden">Answer times before and after the fixes, measured by the API itself</caption>
<thead><tr><th scope="col"><span class="visually-hidden">Window</span></th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th><th scope="col" class="number">requests</th></tr></thead>
<tbody>
${windowRow("before", before)}
${after !== null && windowRow("after", after)}
${after !== null && changeRow(before, after)}
</tbody></table></div>`;
}

function windowRow(name: string, window: LatencyWindow): Html {
  return html`<tr><th scope="row">${name}</th><td class="number">${time(window.p50Ms)}</td><td class="number">${time(window.p95Ms)}</td><td class="number">${time(window.p99Ms)}</td><td class="number">${groupDigits(window.requests)}${window.errors > 0 && `, ${counted(window.errors, "error")}`}</td></tr>`;
}

function changeRow(before: LatencyWindow, after: LatencyWindow): Html {
  return html`<tr class="change"><th scope="row">faster</th><td class="number">${change(before.p50Ms, after.p50Ms)}</td><td class="number">${change(before.p95Ms, after.p95Ms)}</td><td class="number">${change(before.p99Ms, after.p99Ms)}</td><td></td></tr>`;
}

function time(ms: number | null): string {
  return ms === null ? "–" : formatDuration(ms);
}

function change(beforeMs: number | null, afterMs: number | null): string {
  return beforeMs === null || afterMs === null || afterMs === 0
    ? "–"
    : formatTimes(beforeMs / afterMs);
}
