import type { Advisor } from "../advisor.ts";
import { definitionOf, singleColumnIndexes } from "./column-index.ts";
import { hypotheticalBytes } from "./hypothetical-size.ts";

/** An index on every column that occurs in a predicate or a join, whatever it brings: the rule of thumb. */
export const allSingleColumn: Advisor = {
  name: "all single-column",
  async advise({ columns, snapshot }) {
    const started = performance.now();
    const compared = columns.flatMap((statement) => statement.compared);
    const indexes = singleColumnIndexes(compared, snapshot);
    return {
      indexes: indexes.map(definitionOf),
      believedBytes: indexes.reduce((sum, index) => sum + hypotheticalBytes(index, snapshot), 0),
      plannerCalls: 0,
      advisedInMs: performance.now() - started,
      foretold: null,
    };
  },
};
