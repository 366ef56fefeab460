import type { PlanAdvice, WeighedNode } from "@streamgate/pg-advisor";

/** A plan with its true costs and findings as `--json` prints it. */
export function planJson({ weighed, findings }: PlanAdvice): object {
  const { plan, totalMs, basis, root } = weighed;
  const { root: _, properties: __, ...facts } = plan;
  return {
    ...facts,
    totalMs,
    basis,
    findings: findings.map(({ finding, nodeId }) => ({ ...finding, nodeId })),
    root: nodeJson(root),
  };
}

function nodeJson(at: WeighedNode): object {
  const { parent: _, children, node, depth: __, ...costs } = at;
  const { children: ___, ...said } = node;
  return { ...said, ...costs, children: children.map(nodeJson) };
}
