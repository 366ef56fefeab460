import type { ExplainedNode } from "../tree/explained-node.ts";

/** Part of a subplan's work that another node's own figures contain. */
export interface Containment {
  readonly by: ExplainedNode;
  readonly share: number;
}

/**
 * Which nodes' figures contain the work of the InitPlans and CTEs that EXPLAIN lists below another. Both are evaluated when their
 * first row is asked for: an InitPlan by the node whose condition names its parameter, a CTE by the nodes that scan it.
 */
export function evaluatedBy(
  owner: ExplainedNode,
  subplan: ExplainedNode,
  weightOf: (node: ExplainedNode) => number,
): readonly Containment[] {
  const outside = nodesBelow(owner, subplan);
  const name = subplan.subplanName ?? "";
  const cte = /^CTE (.+)$/.exec(name)?.[1];
  if (cte !== undefined) {
    const scans = outside.filter((node) => node.nodeType === "CTE Scan" && node.cteName === cte);
    const whole = scans.reduce((sum, scan) => sum + weightOf(scan), 0);
    return whole === 0 ? [] : scans.map((by) => ({ by, share: weightOf(by) / whole }));
  }
  const heaviest = (nodes: readonly ExplainedNode[]): ExplainedNode | undefined =>
    nodes.toSorted((one, other) => weightOf(other) - weightOf(one))[0];
  const tokens = tokensOf(name);
  const users = outside.filter((node) => tokens.some((token) => mentions(node, token)));
  // Without VERBOSE a result column does not show what it is made of.
  const by =
    heaviest(users) ??
    (weightOf(owner) >= weightOf(subplan) ? owner : (heaviest(outside) ?? owner));
  return [{ by, share: 1 }];
}

/** How the parameter is written: `$0` to 16, `(InitPlan 1)` from 17 on. */
function tokensOf(name: string): readonly string[] {
  const parameters = /\(returns ([^)]*)\)/.exec(name)?.[1];
  return parameters === undefined ? [`(${name})`] : parameters.split(",");
}

function mentions(node: ExplainedNode, token: string): boolean {
  return node.conditions.some(({ text }) => {
    for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
      if (!/\d/.test(text.charAt(at + token.length))) return true;
    }
    return false;
  });
}

function nodesBelow(node: ExplainedNode, except: ExplainedNode): readonly ExplainedNode[] {
  if (node === except) return [];
  return [node, ...node.children.flatMap((child) => nodesBelow(child, except))];
}
