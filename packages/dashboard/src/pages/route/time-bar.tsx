import type { TimePart } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { formatPercent } from "../../format/quantity.ts";
import { stackParts } from "./stack-parts.ts";

const MEANINGS: Readonly<Record<TimePart["part"], string>> = {
  queue: "waiting before a handler began",
  application: "JavaScript of the service itself",
  "pool wait": "waiting for a database connection",
  postgresql: "waiting for answers of PostgreSQL",
  redis: "waiting for answers of Redis",
  http: "waiting for other services",
  serialising: "turning the answer into bytes",
  other: "not told apart",
};

/** Where the time of a route's requests goes: a bar, and the same in words and numbers. */
export function TimeBar({ parts }: { parts: readonly TimePart[] }): JSX.Element {
  const stacked = stackParts(parts);
  return (
    <>
      <svg class="time-bar" role="img" aria-label={describe(parts)}>
        {stacked.map(({ part, left, width }) => (
          <rect
            key={part}
            class={partClass(part)}
            x={`${(left * 100).toFixed(2)}%`}
            width={`${(width * 100).toFixed(2)}%`}
            height="100%"
          />
        ))}
      </svg>
      <ul class="time-parts">
        {parts.map(({ part, mean, share }) => (
          <li key={part}>
            <span class={`part-sign ${partClass(part)}`} aria-hidden="true" />
            <span class="part-name">{part}</span>
            <span class="part-share">
              <FigureText figure={share} hidesRung />
            </span>
            <span class="part-mean">
              <FigureText figure={mean} />
            </span>
            <span class="muted small part-meaning">{MEANINGS[part]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The class that gives a part its colour, wherever it is drawn. */
export function partClass(part: TimePart["part"]): string {
  return `part-${part.replace(" ", "-")}`;
}

function describe(parts: readonly TimePart[]): string {
  const shares = parts.map(({ part, share }) =>
    share.value === null ? `${part} not known` : `${part} ${formatPercent(share.value)} %`,
  );
  return `Where the time goes: ${shares.join(", ")}`;
}
