import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { ColumnPredicate } from "../../workload/shape/statement-shape.ts";
import { constantOf, constantsOf, valuesOf } from "../constant-values.ts";
import { mostCommonValues } from "../most-common.ts";
import type { RuleInput } from "./rule.ts";

/** A part of a table that a statement never leaves. */
export interface TablePart {
  readonly column: string;
  /** As SQL. */
  readonly predicate: string;
  /** Share of the rows in the part, 0 to 1. */
  readonly share: number;
  /** Whether the column needs no place among the keys: it has one value in the part. */
  readonly isOneValue: boolean;
  /** In words, why the part is known. */
  readonly reason: string;
}

/** A part with more of the rows is hardly smaller than the whole. */
const LARGEST_SHARE = 0.7;
/** An index for each of many values is an index for none. */
const MOST_VALUES = 50;
/** A value that fills so much of the table is what the others are rare beside. */
const DOMINANT_SHARE = 0.6;

/** Parts by conditions that never change: IS NULL, booleans, and literals that are the same in all samples. */
export function constantParts(input: RuleInput): readonly TablePart[] {
  return smallParts(input.use.predicates.map((predicate) => constantPart(predicate, input)));
}

function constantPart(predicate: ColumnPredicate, input: RuleInput): TablePart | null {
  const { facts, use, statement } = input;
  const { column, operator, operand, kind, joinedWith } = predicate;
  if (joinedWith !== null || !facts.isStored(use.relation, column)) return null;
  const name = quoteIdentifier(column);
  const nulls = facts.shareOf(use.relation, column, null);
  const shareOf = (value: string): number | null => facts.shareOf(use.relation, column, value);
  if (operator === "is null")
    return part(column, `${name} IS NULL`, nulls, true, "the statement wants rows without it only");
  if (operator === "is not null") {
    const share = nulls === null ? null : 1 - nulls;
    return part(
      column,
      `${name} IS NOT NULL`,
      share,
      false,
      "the statement wants rows with it only",
    );
  }
  if (operator === "is" && operand.kind === "true")
    return part(column, name, shareOf("t"), true, "the statement wants the true ones only");
  if (operator === "is" && operand.kind === "false")
    return part(
      column,
      `NOT ${name}`,
      shareOf("f"),
      true,
      "the statement wants the false ones only",
    );
  const listed = kind === "any of" ? constantsOf(operand, statement) : undefined;
  if (listed !== undefined && facts.distinctValues(use.relation, column) <= MOST_VALUES) {
    const shares = listed.map(shareOf);
    const share = shares.every((one) => one !== null)
      ? shares.reduce((sum, one) => sum + one, 0)
      : null;
    const literals = listed.map(quoteLiteral).join(", ");
    return part(
      column,
      `${name} IN (${literals})`,
      share,
      false,
      "the literals are the same in all samples",
    );
  }
  const value = constantOf(operand, statement);
  if (value === undefined || facts.distinctValues(use.relation, column) > MOST_VALUES) return null;
  const share = shareOf(value);
  const samples = "the literal is the same in all samples";
  if (kind === "equal" && operator === "=")
    return part(column, `${name} = ${quoteLiteral(value)}`, share, true, samples);
  if (operator !== "<>") return null;
  const rest = share === null ? null : 1 - share;
  return part(column, `${name} <> ${quoteLiteral(value)}`, rest, false, samples);
}

/** Parts by skew: the rows that do not have the value that most have, where some calls ask for others. */
export function rareParts(input: RuleInput): readonly TablePart[] {
  const { use, facts, statement } = input;
  return smallParts(
    use.predicates.flatMap(({ column, kind, operator, operand, joinedWith }) => {
      const isEquality = (kind === "equal" && operator === "=") || kind === "any of";
      if (!isEquality || !facts.isStored(use.relation, column)) return [];
      const name = quoteIdentifier(column);
      const row = facts.statistics(use.relation, column);
      const nulls = row?.nullFraction ?? 0;
      const present =
        nulls >= 1 - LARGEST_SHARE
          ? [
              part(
                column,
                `${name} IS NOT NULL`,
                1 - nulls,
                false,
                `${percent(nulls)} of the rows have none, which no comparison finds`,
              ),
            ]
          : [];
      const [dominant] = mostCommonValues(row);
      if (dominant === undefined || dominant.share < DOMINANT_SHARE || joinedWith !== null)
        return present;
      if (constantOf(operand, statement) !== undefined) return present;
      if (constantsOf(operand, statement) !== undefined) return present;
      if (facts.distinctValues(use.relation, column) > MOST_VALUES) return present;
      const isAskedForOthers = valuesOf(operand, statement).some(
        (value) => value !== dominant.value,
      );
      if (!isAskedForOthers) return present;
      return [
        ...present,
        part(
          column,
          `${name} <> ${quoteLiteral(dominant.value)}`,
          1 - dominant.share - nulls,
          false,
          `${percent(dominant.share)} of the rows have ${quoteLiteral(dominant.value)}, and calls ask for the rare ones`,
        ),
      ];
    }),
  );
}

function part(
  column: string,
  predicate: string,
  share: number | null,
  isOneValue: boolean,
  reason: string,
): TablePart | null {
  return share === null ? null : { column, predicate, share, isOneValue, reason };
}

function smallParts(parts: readonly (TablePart | null)[]): readonly TablePart[] {
  const found = new Map<string, TablePart>();
  for (const one of parts) {
    if (one !== null && one.share <= LARGEST_SHARE) found.set(one.predicate, one);
  }
  return [...found.values()].toSorted((one, other) => one.share - other.share);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
