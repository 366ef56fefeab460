import type { Properties } from "../../tree/explained-plan.ts";

const NUMBER = String.raw`-?\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const COST = new RegExp(`cost=(${NUMBER})\\.\\.(${NUMBER}) rows=(${NUMBER}) width=(${NUMBER})`);
const ACTUAL = new RegExp(
  `actual (?:time=(${NUMBER})\\.\\.(${NUMBER}) )?rows=(${NUMBER}) loops=(${NUMBER})`,
);
const BEGINNINGS = ["(cost=", "(actual ", "(never executed)"] as const;
const FIGURES =
  /^\((?:cost=|actual |never executed)[^()]*\)(?: {0,9}\((?:actual |never executed)[^()]*\))?\s*$/;

/** A line of a node cut into its name and its figures; null where it has none. */
export function cutFigures(
  line: string,
): { readonly name: string; readonly figures: Properties } | null {
  const at = BEGINNINGS.map((one) => line.indexOf(one)).find((index) => index > 0);
  if (at === undefined) return null;
  const figures = line.slice(at);
  return FIGURES.test(figures)
    ? { name: line.slice(0, at).trim(), figures: readFigures(figures) }
    : null;
}

/** What the parentheses say, under the names of the JSON form. */
function readFigures(written: string): Properties {
  const cost = COST.exec(written);
  return {
    ...(cost === null
      ? {}
      : {
          "Startup Cost": Number(cost[1]),
          "Total Cost": Number(cost[2]),
          "Plan Rows": Number(cost[3]),
          "Plan Width": Number(cost[4]),
        }),
    ...readActual(written),
  };
}

/** `actual time=0.1..0.2 rows=3 loops=1`, or that it never ran. */
export function readActual(written: string): Properties {
  if (written.includes("never executed")) {
    return {
      "Actual Startup Time": 0,
      "Actual Total Time": 0,
      "Actual Rows": 0,
      "Actual Loops": 0,
    };
  }
  const actual = ACTUAL.exec(written);
  if (actual === null) return {};
  return {
    ...(actual[1] === undefined
      ? {}
      : { "Actual Startup Time": Number(actual[1]), "Actual Total Time": Number(actual[2]) }),
    "Actual Rows": Number(actual[3]),
    "Actual Loops": Number(actual[4]),
  };
}
