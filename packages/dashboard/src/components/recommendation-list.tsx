import type { RecommendationSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { FigureText } from "./figure.tsx";
import { SeverityMark, StateMark } from "./marks.tsx";
import "./recommendation-list.css";

/** What is advised for the thing that a page is about: a few lines, each leading to its proof. */
export function RecommendationList({
  items,
}: {
  items: readonly RecommendationSummary[];
}): JSX.Element {
  const { address } = useShell();
  return (
    <ul class="recommendation-list">
      {items.map(({ target, id, severity, summary, state, saved, href }) => (
        <li key={`${target} ${id}`}>
          <SeverityMark severity={severity} />
          <a href={hrefTo(href, address)}>{summary}</a>
          <span class="recommendation-facts">
            <StateMark state={state} />
            {saved.value === null ? null : (
              <span>
                saves <FigureText figure={saved} /> an hour
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
