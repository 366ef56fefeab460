import type { Figure } from "@streamgate/contract";
import type { JSX } from "preact";

type Rung = Figure["rung"];

const GLYPHS: Readonly<Record<Rung, string>> = { estimated: "≈", measured: "●", verified: "✓" };
const MEANINGS: Readonly<Record<Rung, string>> = {
  estimated: "estimated: by the planner or a model",
  measured: "measured: really run, or read from a counter",
  verified: "verified: seen in production after the change",
};

/** How a number was earned: in full, or as a sign where there is little room. */
export function RungBadge({
  rung,
  isShort = false,
}: {
  rung: Rung;
  isShort?: boolean;
}): JSX.Element {
  return (
    <span class={`rung rung-${rung}`} title={MEANINGS[rung]}>
      <span aria-hidden="true">{GLYPHS[rung]}</span>
      {isShort ? <span class="sr">{rung}</span> : ` ${rung}`}
    </span>
  );
}
