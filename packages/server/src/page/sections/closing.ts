import { formatByteSize } from "@streamgate/core";
import { oneLine } from "../../report/text/layout.ts";
import { counted } from "../../report/wording.ts";
import type { TurnState } from "../../turn/turn-state.ts";
import { type Html, html } from "../html.ts";
import type { PageState } from "../page-state.ts";

/** What was declined, and what the reader should be warned of. */
export function declinedSection({ declined, declinedStatements, warnings }: TurnState): Html {
  const isEmpty = declined.length + declinedStatements.length + warnings.length === 0;
  if (isEmpty) return html`<section id="declined" hidden></section>`;
  return html`<section id="declined">
${
  declined.length > 0 &&
  html`<details id="declined-candidates"><summary>${counted(declined.length, "remedy", "remedies")} weighed and declined</summary>
<ul class="reasons">${declined.map(({ candidate, reason, explanation }) => html`<li><code>${oneLine(candidate)}</code> <span class="badge">${reason.replaceAll("-", " ")}</span> ${oneLine(explanation)}</li>`)}</ul></details>`
}
${
  declinedStatements.length > 0 &&
  html`<details id="declined-statements"><summary>${counted(declinedStatements.length, "statement")} not advised on</summary>
<ul class="reasons">${declinedStatements.map(({ text, reason, explanation }) => html`<li><code class="one-line">${oneLine(text)}</code> <span class="badge">${reason}</span> ${oneLine(explanation)}</li>`)}</ul></details>`
}
${
  warnings.length > 0 &&
  html`<details id="warnings"><summary>${counted(warnings.length, "warning")}</summary>
<ul class="reasons">${warnings.map((warning) => html`<li>${oneLine(warning)}</li>`)}</ul></details>`
}
</section>`;
}

/** What StreamGate itself takes, and where all this is as data. */
export function footerSection({ memory, service }: PageState): Html {
  const parts = memory.map(
    ({ part, bytes, peakBytes, isRunning }) =>
      `${part} ${isRunning ? formatByteSize(bytes) : "ended"} (peak ${formatByteSize(peakBytes)})`,
  );
  return html`<footer id="footer">
${service?.apiAddress && html`<p>The API: <code>${service.apiAddress}</code> · its database: <code>${service.databaseAddress ?? ""}</code></p>`}
${parts.length > 0 && html`<p>Memory of StreamGate itself: ${parts.join(" · ")}</p>`}
<p><a href="/api/v1/state">All of this as JSON</a> · estimated = the planner or a model, measured = both versions really ran, verified = production got better</p>
</footer>`;
}
