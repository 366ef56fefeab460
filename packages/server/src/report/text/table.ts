import { cut, widthOf } from "./layout.ts";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Gives way when the table is too wide; exactly one column should. */
  readonly isElastic?: boolean;
}

const GAP = "  ";
const LEAST_ELASTIC_COLUMNS = 12;

/** Rows under their titles, aligned, within a width. Cells may be painted, elastic ones not. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
  paintTitle: (text: string) => string,
): readonly string[] {
  const natural = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[index] ?? ""))),
  );
  const total = natural.reduce((sum, columnWidth) => sum + columnWidth, 0);
  const surplus = total + GAP.length * (columns.length - 1) - width;
  const widths = natural.map((columnWidth, index) =>
    columns[index]?.isElastic && surplus > 0
      ? Math.max(LEAST_ELASTIC_COLUMNS, columnWidth - surplus)
      : columnWidth,
  );
  const line = (cells: readonly string[], paint: (text: string) => string): string =>
    columns
      .map((column, index) => {
        const cell = cells[index] ?? "";
        const room = widths[index] ?? 0;
        return padded(paint(column.isElastic ? cut(cell, room) : cell), room, column.align);
      })
      .join(GAP)
      .trimEnd();
  const plain = (text: string): string => text;
  return [
    line(
      columns.map(({ title }) => title),
      paintTitle,
    ),
    ...rows.map((row) => line(row, plain)),
  ];
}

function padded(text: string, width: number, align: Column["align"]): string {
  const padding = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? padding + text : text + padding;
}
