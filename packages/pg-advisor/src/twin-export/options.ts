/** How much of the watched database an export tells. */
export interface ExportOptions {
  /** `kept`: schemas, tables, columns and all else under their own names; `hashed`: under others, the same for the same name. */
  readonly names: "kept" | "hashed";
  /**
   * `shape`: common values and histograms are replaced, so that order, frequencies and distances stay; `none`: they are left out, and
   * the planner falls back on how many different values there are.
   */
  readonly values: "none" | "shape";
  /** What names are hashed with and numbers and dates are moved by: who knows it could undo that. Never written. */
  readonly secret: string;
}
