import type { Node } from "@pgsql/types";
import { nameOfCall } from "../../rewrites/analysis/expressions.ts";
import { parameterOf, walkNodes } from "../../workload/text/sql-nodes.ts";
import type { ParameterSample, Statement } from "../../workload/workload.ts";
import { constantText, type TextOf } from "../time/time-unit.ts";
import type { Aggregation } from "./aggregation.ts";

/** What constants and parameters stand for, where all samples agree. */
export function textsOf(samples: readonly ParameterSample[]): TextOf {
  return (node: Node | undefined) => {
    const constant = constantText(node);
    if (constant !== null) return constant;
    const number = parameterOf(node)?.number;
    return number === undefined ? null : agreed(samples, number);
  };
}

function agreed(samples: readonly ParameterSample[], number: number): string | null {
  const values = new Set(samples.map(({ values: row }) => row[number - 1] ?? null));
  const [only] = values;
  return values.size === 1 && only !== undefined ? only : null;
}

const OF_TIME = /^(?:to_char|timezone|date_trunc|date_part|extract)$/;

/** Parameters that decide what time is counted by, with the one value that the samples have for each. */
export function assumptionsOf(
  part: unknown,
  { samples }: Pick<Statement, "samples">,
): Aggregation["assumptions"] {
  const isGiven = samples.every(({ origin }) => origin === "given");
  const found = new Map<number, string>();
  walkNodes(part, (kind, fields) => {
    if (kind !== "FuncCall" || !OF_TIME.test(nameOfCall(fields))) return undefined;
    for (const argument of (fields as { readonly args?: readonly Node[] }).args ?? []) {
      const number = parameterOf(argument)?.number;
      const value = number === undefined ? null : agreed(samples, number);
      if (number !== undefined && value !== null) found.set(number, value);
    }
    return undefined;
  });
  return [...found]
    .map(([parameter, value]) => ({ parameter, value, isGiven }))
    .toSorted((one, other) => one.parameter - other.parameter);
}
