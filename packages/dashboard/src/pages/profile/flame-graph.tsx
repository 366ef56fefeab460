import type { ProfileView } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefWith } from "../../app/address.ts";
import { useShell } from "../../app/shell-context.tsx";
import { RungBadge } from "../../components/rung-badge.tsx";
import { formatPercent } from "../../format/quantity.ts";
import { flameAmount } from "./flame-amount.ts";
import { moveInFlame } from "./flame-keys.ts";
import type { FlameBox, FlameLayout } from "./flame-layout.ts";
import { isMatch } from "./flame-search.ts";
import { ORIGINS, originOf } from "./origin.ts";

/** Height of a row in px. */
const ROW_PX = 20;
/** Narrower boxes have no room for a name. */
const LEAST_NAMED = 0.03;

const ORIGIN_NAMES = {
  application: "the service's own",
  library: "a library's",
  node: "Node's",
  engine: "the engine's: garbage collection, idle, native",
} as const;

interface FlameGraphProps {
  readonly layout: FlameLayout;
  /** Total of the whole profile. */
  readonly whole: number;
  readonly unit: ProfileView["unit"];
  readonly search: string;
}

/**
 * Callers above what they called, as wide as what they took. Every box is a link that makes it the whole width; Tab reaches the first
 * one, arrow keys go on from there. Everything is an attribute in hundredths: the page's policy forbids styles in elements.
 */
export function FlameGraph({ layout, whole, unit, search }: FlameGraphProps): JSX.Element {
  const isSearching = search.trim() !== "";
  return (
    <figure class="flame">
      <figcaption class="flame-legend">
        <RungBadge rung="measured" />
        {ORIGINS.map((origin) => (
          <span key={origin}>
            <span class={`flame-sign origin-${origin}`} aria-hidden="true" /> {ORIGIN_NAMES[origin]}
          </span>
        ))}
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset */}
      <svg
        class={`flame-drawing${isSearching ? " is-searching" : ""}`}
        width="100%"
        height={layout.rows * ROW_PX}
        role="group"
        aria-label={`Flame graph of ${layout.focus.name}, ${flameAmount(layout.focus.total, unit)}. Arrow keys go from function to function, Enter looks closer.`}
        onKeyDown={moveInFlame}
      >
        {layout.boxes.map((box, index) => (
          <Box
            key={box.path}
            box={box}
            whole={whole}
            unit={unit}
            isFirst={index === 0}
            isFound={isSearching && isMatch(box.node, search)}
          />
        ))}
      </svg>
      {layout.hidden === 0 ? null : (
        <p class="muted small">
          {layout.hidden} functions are too narrow to be drawn: open the one above them to look
          closer.
        </p>
      )}
    </figure>
  );
}

interface BoxProps {
  readonly box: FlameBox;
  readonly whole: number;
  readonly unit: ProfileView["unit"];
  readonly isFirst: boolean;
  readonly isFound: boolean;
}

function Box({ box, whole, unit, isFirst, isFound }: BoxProps): JSX.Element {
  const { address } = useShell();
  const { node, path, depth, left, width, isAncestor } = box;
  const share = whole > 0 ? node.total / whole : 0;
  const text = `${node.name}${node.place === "" ? "" : ` (${node.place})`}: ${flameAmount(node.total, unit)}, ${formatPercent(share)} %; itself ${flameAmount(node.self, unit)}`;
  return (
    <a
      href={hrefWith(address, { root: path })}
      aria-label={text}
      tabIndex={isFirst ? 0 : -1}
      data-depth={depth}
      class={`origin-${originOf(node)}${isAncestor ? " is-ancestor" : ""}${isFound ? " is-found" : ""}`}
    >
      <title>{text}</title>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the link around it has a name; this one only cuts off what does not fit */}
      <svg
        x={`${(left * 100).toFixed(3)}%`}
        y={depth * ROW_PX}
        width={`${(width * 100).toFixed(3)}%`}
        height={ROW_PX - 1}
      >
        <rect width="100%" height="100%" rx="1" />
        {width < LEAST_NAMED ? null : (
          <text x="5" y="14">
            {node.name}
          </text>
        )}
      </svg>
    </a>
  );
}
