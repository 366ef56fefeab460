import type { PlanDiffRow } from "@streamgate/contract";
import type { JSX } from "preact";
import { formatQuantity } from "../../format/quantity.ts";

type PlanNode = NonNullable<PlanDiffRow["before"]>;

const WORDS: Readonly<Record<PlanDiffRow["change"], string>> = {
  same: "",
  changed: "changed",
  gone: "gone",
  new: "new",
};
const DEEPEST = 12;

/** Two plans with the same nodes side by side. */
export function PlanDiff({ rows }: { rows: readonly PlanDiffRow[] }): JSX.Element {
  return (
    <div class="table-box">
      <table class="table plan-diff">
        <caption class="sr">nodes of both plans, those that are the same side by side</caption>
        <thead>
          <tr>
            <th scope="col">Before</th>
            <th scope="col">After</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ before, after, change, depth }, index) => (
            <tr key={index} class={`is-${change}`}>
              <td>
                <NodeText node={before} depth={depth} />
              </td>
              <td>
                <NodeText node={after} depth={depth} />
              </td>
              <td>{WORDS[change]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NodeText({ node, depth }: { node: PlanNode | null; depth: number }): JSX.Element | null {
  if (node === null) return null;
  const { operation, detail, rows, actualMs, actualRows, buffers } = node;
  return (
    <div class={`plan-node depth-${Math.min(depth, DEEPEST)}`}>
      <strong>{operation}</strong> {detail}
      <div class="muted small">
        {actualMs === undefined ? null : `${formatQuantity(actualMs, "ms")}, `}
        {actualRows === undefined
          ? `about ${formatQuantity(rows, "rows")}`
          : `${formatQuantity(actualRows, "rows")} (expected ${formatQuantity(rows, "rows")})`}
        {buffers === undefined ? null : `, ${formatQuantity(buffers, "count")} blocks`}
      </div>
    </div>
  );
}
