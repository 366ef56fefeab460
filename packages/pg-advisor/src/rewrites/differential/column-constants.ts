import type { A_Const, Node } from "@pgsql/types";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import type { Analysis } from "../analysis/level.ts";
import { placeOf } from "./plan-tables.ts";

/** Constants and their neighbours by the column that they are compared with, in text form. */
export function constantsOf(analyses: readonly Analysis[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const analysis of analyses) {
    walkNodes(analysis.tree, (kind, fields) => {
      if (kind !== "A_Expr") return undefined;
      const { lexpr, rexpr } = fields as { readonly lexpr?: Node; readonly rexpr?: Node };
      const place = placeOf(lexpr, analysis) ?? placeOf(rexpr, analysis);
      if (place === null) return undefined;
      const values = found.get(place) ?? new Set<string>();
      for (const constant of constantsIn([lexpr, rexpr])) {
        for (const value of neighboursOf(constant)) values.add(value);
      }
      found.set(place, values);
      return undefined;
    });
  }
  return new Map([...found].map(([place, values]) => [place, [...values]]));
}

function constantsIn(part: unknown): readonly string[] {
  const constants: string[] = [];
  walkNodes(part, (kind, fields) => {
    if (kind === "SubLink") return "skip";
    if (kind !== "A_Const") return undefined;
    const { ival, fval, sval, boolval, isnull } = fields as A_Const;
    if (isnull === true) return undefined;
    if (ival !== undefined) constants.push(String(ival.ival ?? 0));
    else if (fval?.fval !== undefined) constants.push(fval.fval);
    else if (sval !== undefined) constants.push(sval.sval ?? "");
    else if (boolval !== undefined) constants.push(boolval.boolval === true ? "t" : "f");
    return undefined;
  });
  return constants;
}

const DAY_MS = 86_400_000;

/** The constant itself first, then what lies just beside it. */
function neighboursOf(constant: string): readonly string[] {
  if (/^-?\d+$/.test(constant)) {
    const value = BigInt(constant);
    return [constant, String(value + 1n), String(value - 1n)];
  }
  if (/^-?\d*\.\d+$/.test(constant)) return [constant, `${constant}1`];
  if (/^\d{4}-\d\d-\d\d$/.test(constant)) {
    const at = Date.parse(`${constant}T00:00:00Z`);
    if (Number.isNaN(at)) return [constant];
    const shifted = (days: number): string =>
      new Date(at + days * DAY_MS).toISOString().slice(0, 10);
    return [constant, shifted(1), shifted(-1), `${constant} 12:00:00`];
  }
  if (/[%_]/.test(constant)) {
    return [
      constant.replaceAll("%", "").replaceAll("_", "q"),
      constant.replaceAll("%", "xy").replaceAll("_", "z"),
      "other",
    ];
  }
  if (/[A-Z]/i.test(constant)) return [constant, `${constant}x`, swapCase(constant)];
  return [constant];
}

function swapCase(text: string): string {
  return text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase();
}
