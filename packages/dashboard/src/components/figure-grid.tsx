import type { Figure } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureBlock } from "./figure.tsx";

export interface NamedFigure {
  readonly id: string;
  readonly title: string;
  readonly figure: Figure;
  readonly detail?: string;
}

/** The figures that a page is about, side by side. */
export function FigureGrid({ figures }: { figures: readonly NamedFigure[] }): JSX.Element | null {
  if (figures.length === 0) return null;
  return (
    <div class="figures">
      {figures.map(({ id, title, figure, detail }) => (
        <FigureBlock
          key={id}
          label={title}
          figure={figure}
          {...(detail === undefined ? {} : { detail })}
        />
      ))}
    </div>
  );
}
