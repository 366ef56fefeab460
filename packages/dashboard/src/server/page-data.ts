/** JSON for a `script` element: nothing in it can end the element or begin another. */
export function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}

/**
 * The same data with the values of charts in four significant digits: more cannot be seen in a drawing, and they are most of what a page weighs.
 */
export function roundedForDrawing(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(roundedForDrawing);
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      (key === "values" || key === "sparkline") && Array.isArray(value)
        ? value.map(rounded)
        : roundedForDrawing(value),
    ]),
  );
}

function rounded(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}
