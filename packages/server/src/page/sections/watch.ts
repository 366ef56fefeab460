import { formatByteSize, formatDuration } from "@streamgate/core";
import { oneLine } from "../../report/text/layout.ts";
import { counted, formatShare } from "../../report/wording.ts";
import { type Html, html } from "../html.ts";
import type {
  ApiFigures,
  ProcessFigures,
  WatchedAlert,
  WatchedFinding,
  WatchView,
} from "../watch-view.ts";
import { fact } from "./fact.ts";

/** The API as an operator sees it, what fires, what the agent found, and what StreamGate costs. */
export function watchSection(view: WatchView): Html {
  const { api, own, alerts, findings, problem, windowMs } = view;
  return html`<section id="watch" class="card" aria-labelledby="watch-title">
<h2 id="watch-title">Watch</h2>
${problem !== null && html`<p class="fate bad">No alert is evaluated: ${oneLine(problem)}</p>`}
${alertsPart(alerts)}
<h3 id="watch-api">The API</h3>
<dl class="facts" aria-labelledby="watch-api">
${apiFacts(api)}
</dl>
${findings.length > 0 && findingsPart(findings)}
<h3 id="watch-own">StreamGate itself</h3>
<dl class="facts" aria-labelledby="watch-own">
${processFacts(own)}
${api.agentCores !== null && fact("CPU of the agent in the API", cores(api.agentCores), "measured")}
</dl>
<p class="note">The last ${formatDuration(windowMs)}, read from the processes' own counters. Beside them a monitor polls both, keeps their history and evaluates the alerts that ship.</p>
</section>`;
}

function apiFacts(api: ApiFigures): Html {
  const { requestsPerSecond, p95Seconds, errorShare, cacheHitShare } = api;
  return html`${known("Requests", requestsPerSecond, (value) => `${round(value)} /s`)}
${known("95th percentile", p95Seconds, seconds)}
${known("Errors", errorShare, formatShare)}
${known("Cache hits", cacheHitShare, formatShare)}
${processFacts(api)}`;
}

function processFacts({ cpuCores, memoryBytes, loopDelayP99Seconds }: ProcessFigures): Html {
  return html`${known("CPU", cpuCores, cores)}
${known("Memory", memoryBytes, formatByteSize)}
${known("Event loop delay, p99", loopDelayP99Seconds, seconds)}`;
}

/** What was not seen is left out, and is not zero. */
function known(name: string, value: number | null, format: (value: number) => string): Html {
  return html`${value !== null && fact(name, format(value), "measured")}`;
}

function alertsPart(alerts: readonly WatchedAlert[]): Html {
  const firing = alerts.filter(({ state }) => state === "firing").length;
  const pending = alerts.length - firing;
  const counts = [
    firing === 0
      ? "Nothing fires"
      : `${counted(firing, "alert")} ${firing === 1 ? "fires" : "fire"}`,
    ...(pending === 0 ? [] : [`${pending} pending`]),
  ];
  return html`<p class="meta">${counts.join(", ")}.</p>
${alerts.length > 0 && html`<ul class="reasons">${alerts.map(alertItem)}</ul>`}`;
}

function alertItem({ state, severity, summary, runbook, since }: WatchedAlert): Html {
  return html`<li><span class="badge ${state}">${state}</span> <span class="badge">${severity}</span> ${oneLine(summary)}, since <time datetime="${since}">${since.slice(11, 19)}</time> UTC${runbook !== "" && html` · ${runbookLink(runbook)}`}</li>`;
}

/** The runbooks that ship are served beside the page. */
function runbookLink(runbook: string): Html {
  const name = /^docs\/runbooks\/([\w-]+)\.md$/.exec(runbook)?.[1];
  if (name !== undefined) return html`<a href="/runbooks/${name}.md">runbook</a>`;
  if (/^https?:\/\//.test(runbook)) return html`<a href="${runbook}">runbook</a>`;
  return html`<code>${oneLine(runbook)}</code>`;
}

const MOST_FINDINGS = 6;

function findingsPart(findings: readonly WatchedFinding[]): Html {
  const more = findings.length - MOST_FINDINGS;
  return html`<h3>What the agent found in it</h3>
<ul class="reasons">${findings.slice(0, MOST_FINDINGS).map(findingItem)}</ul>
${more > 0 && html`<p class="note">${counted(more, "more finding")} in the JSON below.</p>`}`;
}

function findingItem({ kind, severity, summary, remedy }: WatchedFinding): Html {
  return html`<li><span class="badge">${severity}</span> ${oneLine(summary)} <span class="badge">${kind}</span> <span class="rung">measured</span>${remedy !== "" && html`<br><span class="note">${oneLine(remedy)}</span>`}</li>`;
}

function seconds(value: number): string {
  return formatDuration(value * 1_000);
}

function cores(value: number): string {
  return `${formatShare(value)} of a core`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}
