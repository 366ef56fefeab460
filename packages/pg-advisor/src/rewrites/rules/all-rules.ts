import { aggregateBelowJoin } from "./aggregate-below-join.ts";
import { antiJoinToNotExists } from "./anti-join-to-not-exists.ts";
import { caseFoldingByCheck } from "./case-folding-by-check.ts";
import { castOffColumn } from "./cast-off-column.ts";
import { coalesceOffColumn } from "./coalesce-off-column.ts";
import { countDistinctInTwoSteps } from "./count-distinct-in-two-steps.ts";
import { countToExists } from "./count-to-exists.ts";
import { dateFunctionToRange } from "./date-function-to-range.ts";
import { distinctJoinToExists } from "./distinct-join-to-exists.ts";
import { havingToWhere } from "./having-to-where.ts";
import { idleConditions } from "./idle-conditions.ts";
import { idleSort } from "./idle-sort.ts";
import { inListToValues } from "./in-list-to-values.ts";
import { inlineCommonTable } from "./inline-common-table.ts";
import { joinByForeignKey } from "./join-by-foreign-key.ts";
import { lateRowLookup } from "./late-row-lookup.ts";
import { likeToEquality } from "./like-to-equality.ts";
import { limitBelowJoin } from "./limit-below-join.ts";
import { materialiseCommonTable } from "./materialise-common-table.ts";
import { notInToNotExists } from "./not-in-to-not-exists.ts";
import { orToIn } from "./or-to-in.ts";
import { orToUnion } from "./or-to-union.ts";
import { outerJoinToInner } from "./outer-join-to-inner.ts";
import { plainMembership } from "./plain-membership.ts";
import { predicateIntoCommonTable } from "./predicate-into-common-table.ts";
import { quantifiedToAggregate } from "./quantified-to-aggregate.ts";
import { redundantDistinct } from "./redundant-distinct.ts";
import { redundantGroupKeys } from "./redundant-group-keys.ts";
import { restrictGroupedSubquery } from "./restrict-grouped-subquery.ts";
import type { Rule } from "./rule.ts";
import { scalarAggregateToJoin } from "./scalar-aggregate-to-join.ts";
import { scalarAggregateToWindow } from "./scalar-aggregate-to-window.ts";
import { scalarLookupToJoin } from "./scalar-lookup-to-join.ts";
import { selectAggregateToJoin } from "./select-aggregate-to-join.ts";
import { selfJoinOnKey } from "./self-join-on-key.ts";
import { selfJoinToWindow } from "./self-join-to-window.ts";
import { shareSubquery } from "./share-subquery.ts";
import { topNPerGroup } from "./top-n-per-group.ts";
import { transitivePredicate } from "./transitive-predicate.ts";
import { unionToUnionAll } from "./union-to-union-all.ts";
import { unusedOuterJoin } from "./unused-outer-join.ts";

/** Every rule, in the order in which they are tried: what gains most first, since the search is bounded. */
export const REWRITE_RULES: readonly Rule[] = [
  scalarAggregateToJoin,
  scalarAggregateToWindow,
  restrictGroupedSubquery,
  selectAggregateToJoin,
  scalarLookupToJoin,
  notInToNotExists,
  quantifiedToAggregate,
  countToExists,
  antiJoinToNotExists,
  distinctJoinToExists,
  plainMembership,
  joinByForeignKey,
  unusedOuterJoin,
  selfJoinOnKey,
  outerJoinToInner,
  aggregateBelowJoin,
  selfJoinToWindow,
  topNPerGroup,
  lateRowLookup,
  limitBelowJoin,
  predicateIntoCommonTable,
  inlineCommonTable,
  materialiseCommonTable,
  shareSubquery,
  unionToUnionAll,
  redundantDistinct,
  redundantGroupKeys,
  havingToWhere,
  transitivePredicate,
  orToIn,
  orToUnion,
  dateFunctionToRange,
  castOffColumn,
  caseFoldingByCheck,
  coalesceOffColumn,
  likeToEquality,
  inListToValues,
  countDistinctInTwoSteps,
  idleSort,
  idleConditions,
];
