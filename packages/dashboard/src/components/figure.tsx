import type { Figure, Objective } from "@streamgate/contract";
import type { JSX } from "preact";
import { formatChange, formatQuantity, quantityOf } from "../format/quantity.ts";
import { RungBadge } from "./rung-badge.tsx";

/** A value with its unit set smaller; a dash where it is not known. */
export function Amount({
  value,
  unit,
}: {
  value: number | null | undefined;
  unit: string;
}): JSX.Element {
  const shown = quantityOf(value, unit);
  if (typeof value !== "number")
    return (
      <span class="amount is-unknown" title="not known">
        {shown.text}
        <span class="sr"> not known</span>
      </span>
    );
  return (
    <span class="amount">
      {shown.text}
      {shown.unit === "" ? null : <span class="unit"> {shown.unit}</span>}
    </span>
  );
}

/** A number in a line or a cell: value, unit, and the sign of its rung; its interval as a title. */
export function FigureText({
  figure,
  hidesRung = false,
}: {
  figure: Figure;
  hidesRung?: boolean;
}): JSX.Element {
  return (
    <span class="figure" title={intervalText(figure)}>
      <Amount value={figure.value} unit={figure.unit} />
      {hidesRung || figure.value === null ? null : (
        <>
          {" "}
          <RungBadge rung={figure.rung} isShort />
        </>
      )}
    </span>
  );
}

/** A number that a page is about, large: value, rung in words, objective, and what it was before. */
export function FigureBlock({
  label,
  detail,
  figure,
}: {
  label: string;
  detail?: string;
  figure: Figure;
}): JSX.Element {
  const interval = intervalText(figure);
  return (
    <div class="figure-block">
      <div class="label">{label}</div>
      <div class="figure-large">
        <Amount value={figure.value} unit={figure.unit} />
      </div>
      <div class="figure-foot">
        {figure.objective === undefined ? null : (
          <ObjectiveText objective={figure.objective} unit={figure.unit} />
        )}
        {figure.value === null ? (
          <span class="muted">not known</span>
        ) : (
          <RungBadge rung={figure.rung} />
        )}
        <ChangeText figure={figure} />
        {interval === undefined ? null : <span class="muted">{interval}</span>}
      </div>
      {detail === undefined ? null : <div class="muted small">{detail}</div>}
    </div>
  );
}

/** What a figure should be, and whether it is: by a sign and a word, not by colour alone. */
export function ObjectiveText({
  objective,
  unit,
}: {
  objective: Objective;
  unit: string;
}): JSX.Element {
  const { kind, value, isMet } = objective;
  const state = isMet === null ? "unknown" : isMet ? "met" : "missed";
  const sign = { met: "✓", missed: "✗", unknown: "?" }[state];
  return (
    <span class={`objective is-${state}`}>
      <span aria-hidden="true">
        <span class="objective-sign">{sign}</span>
        {kind === "at most" ? "≤" : "≥"}
      </span>
      <span class="sr">
        objective {state}: {kind}
      </span>{" "}
      {formatQuantity(value, unit)}
    </span>
  );
}

/** How a figure moved against the range that it is compared with; nothing where there is none. */
export function ChangeText({ figure }: { figure: Figure }): JSX.Element | null {
  if (figure.compared === undefined) return null;
  const change = formatChange(figure.value, figure.compared);
  return (
    <span class="change" title={`before: ${formatQuantity(figure.compared, figure.unit)}`}>
      {change ?? `was ${formatQuantity(figure.compared, figure.unit)}`}
    </span>
  );
}

function intervalText({ low, high, unit }: Figure): string | undefined {
  if (low === undefined || high === undefined) return undefined;
  return `${formatQuantity(low, unit)} to ${formatQuantity(high, unit)}`;
}
