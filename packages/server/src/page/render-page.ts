import { type Html, html } from "./html.ts";
import type { PageState } from "./page-state.ts";
import { declinedSection, footerSection } from "./sections/closing.ts";
import { findingSection } from "./sections/finding.ts";
import { overviewSection } from "./sections/overview.ts";
import { serviceSection } from "./sections/service.ts";
import { stagesSection } from "./sections/stages.ts";
import { watchSection } from "./sections/watch.ts";

const REFRESH_SECONDS = 4;

/** The whole page. Without JavaScript it loads itself anew while something runs. */
export function renderPage(state: PageState): Html {
  const isRunning = state.turn.status === "waiting" || state.turn.status === "running";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>StreamGate</title>
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/page.css">
${isRunning && html`<noscript><meta http-equiv="refresh" content="${REFRESH_SECONDS}"></noscript>`}
<script src="/assets/live.js" defer></script>
</head>
<body>
<div class="page">
<p class="brand"><img src="/assets/mark.svg" alt="" width="22" height="22"> StreamGate</p>
<main id="live">${renderLive(state)}</main>
</div>
</body>
</html>
`;
}

/** The part that changes while something runs; each child has an id. */
export function renderLive(state: PageState): Html {
  const { turn, service, watch } = state;
  return html`${stagesSection(turn, service)}
${overviewSection(turn, service?.activity ?? null)}
${service !== null && serviceSection(service)}
${watch !== null && watchSection(watch)}
${turn.findings.map((view, index) => findingSection(view, index + 1))}
${declinedSection(turn)}
${footerSection(state)}`;
}
