import type { ExplainedNode } from "@streamgate/pg-advisor";

/** What a node does, and on what, in one line: `Hash Left Join on (a.id = b.a_id)`. */
export function nodeWords(node: ExplainedNode): string {
  const words = [
    node.subplanName === undefined ? null : `${node.subplanName.replace(/ \(returns .*/, "")}:`,
    node.isParallelAware === true ? "Parallel" : null,
    node.partialMode ?? null,
    operationOf(node),
    node.scanDirection === "Backward" ? "Backward" : null,
    node.index === null ? null : `using ${node.index}`,
    targetOf(node),
  ].filter((word) => word !== null);
  const [condition] = node.conditions;
  const detail =
    node.sortKeys.length > 0
      ? `by ${node.sortKeys.join(", ")}`
      : node.groupKeys.length > 0
        ? `by ${node.groupKeys.join(", ")}`
        : condition === undefined
          ? ""
          : `${condition.name}: ${condition.text}`;
  return detail === "" ? words.join(" ") : `${words.join(" ")}  ${detail}`;
}

function operationOf(node: ExplainedNode): string {
  const { nodeType, joinType, strategy, operation } = node;
  if (nodeType === "Aggregate") {
    return (
      { Hashed: "HashAggregate", Sorted: "GroupAggregate", Mixed: "MixedAggregate" }[
        strategy ?? ""
      ] ?? nodeType
    );
  }
  if (nodeType === "ModifyTable") return operation ?? nodeType;
  if (nodeType === "SetOp") return `${strategy === "Hashed" ? "Hash" : ""}SetOp ${operation ?? ""}`;
  if (joinType === null || joinType === "Inner") return nodeType;
  return nodeType === "Nested Loop"
    ? `Nested Loop ${joinType} Join`
    : nodeType.replace("Join", `${joinType} Join`);
}

function targetOf({
  relation,
  schema,
  alias,
  cteName,
  functionName,
}: ExplainedNode): string | null {
  const name = relation ?? cteName ?? functionName;
  if (name === null) return alias === null ? null : `on ${alias}`;
  const qualified = schema === null ? name : `${schema}.${name}`;
  return alias === null || alias === name ? `on ${qualified}` : `on ${qualified} ${alias}`;
}
