import type { Verdict } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { FigureText } from "../../components/figure.tsx";

const STATES: Readonly<Record<Verdict["state"], { readonly sign: string; readonly word: string }>> =
  {
    well: { sign: "✓", word: "Well" },
    degraded: { sign: "!", word: "Degraded" },
    broken: { sign: "✗", word: "Broken" },
    unknown: { sign: "?", word: "Not known" },
  };

/** How the service is in one sentence, and what makes it so. */
export function VerdictLine({
  verdict,
  address,
}: {
  verdict: Verdict;
  address: Address;
}): JSX.Element {
  const { state, sentence, cause } = verdict;
  const { sign, word } = STATES[state];
  return (
    <section class={`verdict is-${state}`} aria-label="Verdict">
      <p class="verdict-state">
        <span class="verdict-sign" aria-hidden="true">
          {sign}
        </span>
        {word}
      </p>
      <h1>{sentence}</h1>
      {cause === null ? null : (
        <p class="cause">
          <span class="muted">Because</span>{" "}
          {cause.href === "" ? (
            cause.summary
          ) : (
            <a href={hrefTo(cause.href, address)}>{cause.summary}</a>
          )}
          {cause.share === null ? null : (
            <>
              {" "}
              <span class="muted">·</span> <FigureText figure={cause.share} />{" "}
              <span class="muted">of the requests' time</span>
            </>
          )}
        </p>
      )}
    </section>
  );
}
