import type { RecommendationSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { FigureText } from "../../components/figure.tsx";

/** What to do first: the three that save most. */
export function BestActions({
  actions,
  address,
}: {
  actions: readonly RecommendationSummary[];
  address: Address;
}): JSX.Element {
  return (
    <section aria-labelledby="best-actions">
      <div class="section-head">
        <h2 id="best-actions">What to do</h2>
        <a class="small" href={hrefTo("/recommendations", address)}>
          All recommendations
        </a>
      </div>
      {actions.length === 0 ? (
        <p class="muted">Nothing is recommended now.</p>
      ) : (
        <ol class="lines">
          {actions.slice(0, 3).map((action) => (
            <li key={action.id}>
              <a href={hrefTo(action.href, address)}>{action.summary}</a>
              <p class="line-foot">
                <span class={`tag ${action.state === "proven" ? "is-good" : ""}`}>
                  {action.state}
                </span>{" "}
                <span>{action.target}</span>
                <span class="line-end">
                  <span class="muted">saves</span> <FigureText figure={action.saved} />{" "}
                  <span class="muted">an hour</span>
                </span>
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
