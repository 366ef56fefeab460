import type { Snapshot } from "../../snapshot/snapshot.ts";
import { nodeOf } from "../../workload/parse-statement.ts";
import { analyse } from "../analysis/analyse.ts";
import { readCatalogue } from "../catalogue/catalogue.ts";
import type { CallerAdvice } from "./caller-advice.ts";
import { adviseKeysetPage } from "./keyset-page.ts";
import { adviseListAsArray } from "./list-as-array.ts";
import { adviseRowsAsArrays } from "./rows-as-arrays.ts";

/**
 * What a statement's sender could do otherwise: pages by key, lists and rows as arrays. Each comes with the statement written out; none of
 * them gives the same rows for the same parameters, so none is proven: the code must change with it.
 *
 * @param text one statement with `$1`, `$2`, … for its parameters
 * @example
 * ```ts
 * import { adviseCaller, type Snapshot } from "@streamgate/pg-advisor";
 * const pageOf = (snapshot: Snapshot) =>
 *   adviseCaller("select id from posts order by id limit 20 offset $1", snapshot)[0]?.text;
 * ```
 */
export function adviseCaller(text: string, snapshot: Snapshot): readonly CallerAdvice[] {
  const node = nodeOf(text);
  if (node === undefined) return [];
  const catalogue = readCatalogue(snapshot);
  const read = analyse(node, catalogue);
  const advice = [
    read.outcome === "understood" ? adviseKeysetPage(read.analysis) : null,
    adviseListAsArray(node),
    adviseRowsAsArrays(node, catalogue),
  ];
  return advice.filter((one) => one !== null);
}
