import type { JSX } from "preact";
import { hrefWith } from "../app/address.ts";
import { problemOf } from "../app/problem-of.ts";
import { useShell } from "../app/shell-context.tsx";
import { formatCount } from "../format/quantity.ts";
import type { FurtherRows } from "./use-further-rows.ts";

/** Under a table: how many of how many rows are there, and a way to the next. Without JavaScript it leads to a page of its own. */
export function MoreRows<Row>({
  further: { rows, next, isLoading, problem, more },
  total,
  what,
}: {
  further: FurtherRows<Row>;
  total: number;
  /** In the plural: `statements`. */
  what: string;
}): JSX.Element | null {
  const { address } = useShell();
  if (rows.length === 0) return null;
  return (
    <div class="table-next">
      <span class="muted" role="status">
        {formatCount(rows.length)} of {formatCount(Math.max(total, rows.length))} {what}
      </span>
      {next === null ? null : (
        <>
          {" "}
          <a
            class="button"
            href={hrefWith(address, { after: next })}
            aria-busy={isLoading}
            onClick={(event) => {
              event.preventDefault();
              more();
            }}
          >
            {isLoading ? "Reading…" : "Show more"}
          </a>
        </>
      )}
      {problem === undefined ? null : (
        <p class="notice is-problem" role="alert">
          {problemOf(problem).title}: {problemOf(problem).detail}. To do:{" "}
          {problemOf(problem).remedy}.
        </p>
      )}
    </div>
  );
}
