import type { Node } from "@pgsql/types";
import { type NamedSource, NotUnderstood } from "./open-level.ts";

/** What `using (a, b)` says, as the condition of an ON. */
export function conditionOfUsing(
  names: readonly string[],
  left: readonly NamedSource[],
  right: readonly NamedSource[],
  jointype: string,
): Node {
  if (jointype !== "JOIN_INNER" && jointype !== "JOIN_LEFT") {
    throw new NotUnderstood("USING merges the columns of a RIGHT or FULL JOIN");
  }
  const side = (sources: readonly NamedSource[], name: string): Node => {
    const [only, another] = sources.filter(({ columns }) =>
      columns.some((one) => one.name === name),
    );
    if (only === undefined || another !== undefined)
      throw new NotUnderstood(`USING (${name}) is ambiguous`);
    return {
      ColumnRef: { fields: [{ String: { sval: only.calledName } }, { String: { sval: name } }] },
    };
  };
  const conditions = names.map(
    (name): Node => ({
      A_Expr: {
        kind: "AEXPR_OP",
        name: [{ String: { sval: "=" } }],
        lexpr: side(left, name),
        rexpr: side(right, name),
      },
    }),
  );
  const [only, ...others] = conditions;
  return others.length === 0 && only !== undefined
    ? only
    : { BoolExpr: { boolop: "AND_EXPR", args: conditions } };
}
