import type { Random } from "@streamgate/core";
import { formatArrayText } from "../../snapshot/array-text.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { ParameterRole } from "../shape/statement-shape.ts";
import { drawMember } from "./draw-member.ts";
import { fallbackValue } from "./fallback-values.ts";
import {
  type ColumnValues,
  drawValue,
  quantile,
  type ValueRank,
  type ValueSource,
} from "./value-source.ts";

export interface SampleSources {
  readonly values: ValueSource;
  readonly snapshot: Snapshot;
  readonly random: Random;
}

/** How much of a column's order a range takes: pages and windows are narrow, reports wide. */
const RANGE_SHARE: Readonly<Record<ValueRank, number>> = {
  favourite: 0.05,
  popular: 0.02,
  typical: 0.1,
  rare: 0.4,
};
const OFFSETS: Readonly<Record<ValueRank, string>> = {
  favourite: "0",
  popular: "0",
  typical: "20",
  rare: "200",
};
const LIMIT = "20";
const MEMBERS_OF_A_LIST = 3;
/** A value for one parameter; null where nothing comes to mind. */
export function drawParameter(
  role: ParameterRole | undefined,
  type: string,
  sources: SampleSources,
  rank: ValueRank,
  place: number,
): string | null {
  const { snapshot, random } = sources;
  if (role === undefined) return fallbackValue(type, snapshot);
  switch (role.kind) {
    case "limit":
      return LIMIT;
    case "offset":
      return OFFSETS[rank];
    case "accepted text":
      return role.text;
    case "written":
      return (
        drawValue(sources.values.valuesOf(role.column), rank, random) ??
        fallbackValue(type, snapshot)
      );
    case "compared": {
      const values = sources.values.valuesOf(role.column);
      const drawn = drawCompared(values, role.operator, rank, random, place);
      return drawn ?? fallbackCompared(role.operator, type, snapshot);
    }
  }
}

/** `place` is where in the column's order this call's ranges lie; all bounds of one call share it. */
function drawCompared(
  values: ColumnValues,
  operator: Extract<ParameterRole, { kind: "compared" }>["operator"],
  rank: ValueRank,
  random: Random,
  place: number,
): string | null {
  switch (operator) {
    case "=":
    case "<>":
      return drawValue(values, rank, random);
    case "any": {
      const members = Array.from({ length: MEMBERS_OF_A_LIST }, () =>
        drawValue(values, rank, random),
      );
      return members.every((member) => member === null)
        ? null
        : formatArrayText([...new Set(members)]);
    }
    case "contains":
    case "has key":
    case "matches":
      return drawMember(values, operator, rank, random);
    case "like": {
      const value = drawValue(values, rank, random);
      if (value === null) return null;
      return rank === "favourite" ? `${value.slice(0, 3)}%` : `%${value.slice(0, 5)}%`;
    }
    case ">":
    case ">=":
      return quantile(values, lowEnd(rank, place));
    case "<":
    case "<=":
      return quantile(values, lowEnd(rank, place) + RANGE_SHARE[rank]);
  }
}

/** Low end of a range: recent calls dominate, so half of the ranges end at the column's end. */
function lowEnd(rank: ValueRank, place: number): number {
  const last = 1 - RANGE_SHARE[rank];
  return place < 0.5 ? last : last * (place - 0.5) * 2;
}

function fallbackCompared(operator: string, type: string, snapshot: Snapshot): string | null {
  if (operator === "like") return "a%";
  if (operator === "matches") return type === "tsquery" ? "'a'" : "a";
  const element = operator === "any" ? fallbackValue(type.replace(/\[\]$/, ""), snapshot) : null;
  if (operator === "any") return element === null ? "{}" : formatArrayText([element]);
  return fallbackValue(type, snapshot, operator.startsWith(">"));
}
