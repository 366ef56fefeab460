import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { hrefWith } from "../app/address.ts";
import { useShell } from "../app/shell-context.tsx";
import { useRowWindow } from "./use-row-window.ts";
import "./table.css";

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the address says under `sort` to have the rows in this column's order; absent where that cannot be had. */
  readonly sort?: string;
  /** Numbers stand at the end. @default "start" */
  readonly align?: "start" | "end";
  /** `wide` takes what room is left; one column should. */
  readonly width?: "wide";
  /** 2 is left out below 900 px, 3 below 1,200 px. @default 1 */
  readonly priority?: 1 | 2 | 3;
  /** What the title means, where that is not plain. */
  readonly help?: string;
  cell(this: void, row: Row): ComponentChildren;
}

export interface TableProps<Row> {
  /** What the table is of; screen readers hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  rowKey(this: void, row: Row): string;
  /** The `sort` that holds where the address says none. */
  readonly defaultSort?: string;
  /** Instead of rows where there are none. */
  readonly empty: ComponentChildren;
  /** The keyset cursor of the next page; a link under the table leads there. */
  readonly next?: string | null;
}

/** A table of which only the visible rows are in the page. Arrow keys go from row to row, by the first link of each. */
export function Table<Row>(props: TableProps<Row>): JSX.Element {
  const { columns, rows, rowKey, caption, next } = props;
  const { address } = useShell();
  const { first, end, body, rowPx } = useRowWindow(rows.length);
  if (rows.length === 0) return <>{props.empty}</>;
  return (
    <div class="table-box">
      <table class="table" aria-rowcount={rows.length + 1}>
        <caption class="sr">{caption}</caption>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <Heading key={column.key} column={column} defaultSort={props.defaultSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={moveByArrow}>
          <Spacer heightPx={first * rowPx} columns={columns.length} />
          {rows.slice(first, end).map((row, index) => (
            <tr key={rowKey(row)} aria-rowindex={first + index + 2}>
              {columns.map((column) => (
                <td key={column.key} class={classOf(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
          <Spacer heightPx={(rows.length - end) * rowPx} columns={columns.length} />
        </tbody>
      </table>
      {next === null || next === undefined ? null : (
        <p class="table-next">
          <a href={hrefWith(address, { after: next })}>Next {rows.length}</a>
        </p>
      )}
    </div>
  );
}

function Heading<Row>({
  column,
  defaultSort,
}: {
  column: Column<Row>;
  defaultSort: string | undefined;
}): JSX.Element {
  const { address } = useShell();
  const { sort, title, help } = column;
  const isSorted = sort !== undefined && (address.search.get("sort") ?? defaultSort) === sort;
  const direction = column.align === "end" ? "descending" : "ascending";
  return (
    <th
      scope="col"
      class={classOf(column)}
      title={help}
      aria-sort={isSorted ? direction : undefined}
    >
      {sort === undefined ? (
        title
      ) : (
        <a href={hrefWith(address, { sort: sort === defaultSort ? null : sort, after: null })}>
          {title}
          <span class="sort-sign" aria-hidden="true">
            {isSorted ? (direction === "descending" ? " ↓" : " ↑") : ""}
          </span>
        </a>
      )}
    </th>
  );
}

/** Stands for the rows that are not in the page. */
function Spacer({ heightPx, columns }: { heightPx: number; columns: number }): JSX.Element | null {
  if (heightPx <= 0) return null;
  return (
    <tr class="table-spacer">
      <td colSpan={columns} height={heightPx} />
    </tr>
  );
}

function classOf<Row>({ align, width, priority = 1 }: Column<Row>): string {
  return `${align === "end" ? "number" : ""}${width === "wide" ? " wide" : ""}${priority > 1 ? ` from-${priority}` : ""}`.trim();
}

function moveByArrow(event: TargetedKeyboardEvent<HTMLElement>): void {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (step === 0 || !(event.target instanceof Element)) return;
  let row = event.target.closest("tr");
  for (row = sibling(row, step); row !== null; row = sibling(row, step)) {
    const link = row.querySelector<HTMLElement>("a, button");
    if (link === null) continue;
    event.preventDefault();
    link.focus();
    link.scrollIntoView({ block: "nearest" });
    return;
  }
}

function sibling(row: HTMLElement | null, step: number): HTMLTableRowElement | null {
  const next = step > 0 ? row?.nextElementSibling : row?.previousElementSibling;
  return next instanceof HTMLTableRowElement ? next : null;
}
