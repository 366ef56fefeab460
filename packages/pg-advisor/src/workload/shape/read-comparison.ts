import type { Node } from "@pgsql/types";
import { columnOf, namesOf, walkNodes } from "../text/sql-nodes.ts";
import { computedFrom } from "./computed.ts";
import { operandOf } from "./operand.ts";
import { joinPlaces } from "./read-from.ts";
import { type Place, resolveColumn, type Scope } from "./scope.ts";
import { addPredicate, type ConditionFacts, type ShapeBuilder } from "./shape-builder.ts";
import type { PredicateKind } from "./statement-shape.ts";

/** How two sides are compared. */
export interface Comparison {
  readonly kind: PredicateKind;
  readonly operator: string;
}

/** What each operator is when its sides are exchanged; one that is not here cannot be turned. */
const TURNED: Readonly<Record<string, string>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  "@>": "<@",
  "<@": "@>",
  "&&": "&&",
  "@@": "@@",
  "%": "%",
  "<<": ">>",
  ">>": "<<",
  "<<=": ">>=",
  ">>=": "<<=",
  "-|-": "-|-",
};

/** Either side may be looked up by the other. */
export function readComparison(
  builder: ShapeBuilder,
  left: Node | undefined,
  right: Node | undefined,
  scope: Scope,
  comparison: Comparison,
): void {
  const leftPlaces = placesOf(left, scope);
  const rightPlaces = placesOf(right, scope);
  if (leftPlaces.length > 0 && rightPlaces.length > 0 && comparison.kind === "equal") {
    joinPlaces(builder, leftPlaces, rightPlaces);
    return;
  }
  compare(builder, left, right, scope, comparison);
  const operator = TURNED[comparison.operator];
  if (operator !== undefined) compare(builder, right, left, scope, { ...comparison, operator });
}

/** `tested operator operand`, where the operand may read other tables but not the tested one's own. */
export function compare(
  builder: ShapeBuilder,
  tested: Node | undefined,
  operand: Node | undefined,
  scope: Scope,
  { kind, operator }: Comparison,
): void {
  const others = operand === undefined ? [] : placesIn(operand, scope);
  const condition: ConditionFacts = {
    kind,
    joinedWith: others[0]?.use ?? null,
    operator,
    operand: operandOf(operand),
  };
  const isOwn = (places: readonly Place[]): boolean =>
    others.some(({ use }) => places.some((place) => place.use === use));
  const places = placesOf(tested, scope);
  if (places.length > 0 && !isOwn(places)) addPredicate(builder, places, condition);
  if (places.length > 0 || builder.arm !== null) return;
  const computed = computedFrom(tested, scope);
  if (computed === null || isOwn([computed.place])) return;
  const { place, node, columns } = computed;
  place.use.expressions.push({ ...condition, node, columns });
}

/** A column, also below a cast that changes nothing: of `varchar` to `text`, as some libraries write it. */
function placesOf(node: Node | undefined, scope: Scope): readonly Place[] {
  if (node === undefined || !("TypeCast" in node)) return resolveColumn(columnOf(node), scope);
  const { arg, typeName } = node.TypeCast;
  const isPlain = (typeName?.typmods ?? []).length + (typeName?.arrayBounds ?? []).length === 0;
  if (!isPlain || !/^(?:text|varchar)$/.test(namesOf(typeName?.names)?.at(-1) ?? "")) return [];
  return resolveColumn(columnOf(arg), scope).filter(({ use, column }) =>
    use.relation.columns.some(
      ({ name, type }) =>
        name === column && /^(?:text|character varying)\b/.test(type) && !type.endsWith("]"),
    ),
  );
}

/** The columns of this and outer levels that an expression reads. */
function placesIn(expression: Node, scope: Scope): readonly Place[] {
  const places: Place[] = [];
  walkNodes(expression, (kind, fields) => {
    if (kind === "ColumnRef") places.push(...resolveColumn(fields, scope));
    return kind === "SubLink" ? "skip" : undefined;
  });
  return places;
}
