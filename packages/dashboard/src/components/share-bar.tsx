import type { Figure } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "./figure.tsx";
import { RungBadge } from "./rung-badge.tsx";
import "./share-bar.css";

/** A share from 0 to 1 as a number with a bar beside it: rows of a table are compared at a glance. */
export function ShareBar({ share }: { share: Figure }): JSX.Element {
  const percent = Math.min(100, Math.max(0, (share.value ?? 0) * 100));
  return (
    <span class="share-bar">
      {share.value === null ? null : (
        <svg aria-hidden="true">
          <rect class="share-track" width="100%" height="100%" />
          <rect class="share-fill" width={`${percent.toFixed(1)}%`} height="100%" />
        </svg>
      )}
      {isTiny(share) ? (
        <span class="figure" title={`${share.value}`}>
          &lt; 0.1 <span class="unit">%</span> <RungBadge rung={share.rung} isShort />
        </span>
      ) : (
        <FigureText figure={share} />
      )}
    </span>
  );
}

/** Digits of what is next to nothing would only make others harder to read. */
function isTiny({ value }: Figure): boolean {
  return value !== null && value > 0 && value < 0.0005;
}
