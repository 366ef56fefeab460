import { formatDuration } from "@streamgate/core";
import { describeProgress } from "../../command-line/progress-line.ts";
import type { StageView, TurnState } from "../../turn/turn-state.ts";
import { type Html, html } from "../html.ts";
import type { ServiceView } from "../page-state.ts";

const STATUS_WORDS = {
  waiting: "waiting",
  running: "running",
  done: "done",
  "cut short": "cut short",
  "left out": "not asked for",
} as const;

/** Where the turn is in the loop. */
export function stagesSection(turn: TurnState, service: ServiceView | null): Html {
  const running = turn.stages.find(({ status }) => status === "running");
  return html`<section id="stages" aria-label="The loop">
<ol class="stages">
${turn.stages.map(stageItem)}
</ol>
<p class="activity" role="status">${activityOf(running, service)}</p>
</section>`;
}

function stageItem({ stage, status, durationMs }: StageView): Html {
  const time = durationMs === null ? STATUS_WORDS[status] : formatDuration(durationMs);
  return html`<li class="stage ${status.replace(" ", "-")}"${status === "running" && html` aria-current="step"`}>
<span class="stage-name">${stage}</span> <span class="stage-time">${time}</span></li>`;
}

function activityOf(running: StageView | undefined, service: ServiceView | null): Html {
  const progress = running?.progress;
  if (progress) {
    const { done, total } = progress;
    const bar =
      total !== undefined &&
      total > 0 &&
      html` <progress max="${total}" value="${Math.min(done, total)}"></progress>`;
    return html`${describeProgress(progress)}${bar}`;
  }
  return html`${service?.activity ?? ""}`;
}
