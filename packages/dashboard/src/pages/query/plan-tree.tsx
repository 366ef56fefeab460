import type { StatementPlan } from "@streamgate/contract";
import type { JSX } from "preact";
import { RungBadge } from "../../components/rung-badge.tsx";
import { ScrollBox } from "../../components/scroll-box.tsx";
import { formatCount, formatNumber, formatQuantity } from "../../format/quantity.ts";
import { isGreatMisestimate, type PlanRow, planRows } from "./plan-rows.ts";

/** A plan as a tree in a table: what each node does, and what it takes by itself. */
export function PlanTree({ plan }: { plan: StatementPlan }): JSX.Element {
  const rows = planRows(plan.root);
  const hasRun = plan.root.actualMs !== undefined;
  return (
    <ScrollBox label="plan">
      <table class="table plan">
        <caption class="sr">
          Plan from {plan.source}, from the outermost node inwards; each takes what it says by
          itself
        </caption>
        <thead>
          <tr>
            <th scope="col">Operation</th>
            <th scope="col" class="number" title="of the plan's cost, or of its time where it ran">
              Own share
            </th>
            <th scope="col" class="number">
              {hasRun ? "Own time" : "Own cost"}{" "}
              <RungBadge rung={hasRun ? "measured" : "estimated"} isShort />
            </th>
            <th scope="col" class="number">
              Rows expected <RungBadge rung="estimated" isShort />
            </th>
            {hasRun ? (
              <>
                <th scope="col" class="number">
                  Rows that came <RungBadge rung="measured" isShort />
                </th>
                <th scope="col" class="number from-2">
                  Blocks <RungBadge rung="measured" isShort />
                </th>
              </>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Node key={index} row={row} hasRun={hasRun} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Node({ row, hasRun }: { row: PlanRow; hasRun: boolean }): JSX.Element {
  const { node, branch, depth, share, ownCost, ownMs } = row;
  return (
    <tr class={share >= 0.3 ? "is-heavy" : undefined}>
      <td class="plan-operation" title={`${node.operation} ${node.detail}`}>
        <span class="sr">level {depth + 1}: </span>
        <span class="plan-branch" aria-hidden="true">
          {branch}
        </span>
        <strong>{node.operation}</strong>
        {node.detail === "" ? null : <code class="muted"> {node.detail}</code>}
      </td>
      <td class="number">
        <span class="plan-share">
          <svg aria-hidden="true">
            <rect class="share-track" width="100%" height="100%" />
            <rect class="share-fill" width={`${(share * 100).toFixed(1)}%`} height="100%" />
          </svg>
          {shareText(share)} %
        </span>
      </td>
      <td class="number">{hasRun ? formatQuantity(ownMs, "ms") : formatNumber(ownCost)}</td>
      <td class="number">{formatCount(node.rows)}</td>
      {hasRun ? (
        <>
          <td class="number">
            <RowsThatCame row={row} />
          </td>
          <td class="number from-2">{formatQuantity(node.buffers, "count")}</td>
        </>
      ) : null}
    </tr>
  );
}

/** Parts of a plan are compared at a glance: a tenth of a hundredth is nothing. */
function shareText(share: number): string {
  const percent = share * 100;
  return percent > 0 && percent < 0.1 ? "< 0.1" : percent.toFixed(1);
}

function RowsThatCame({ row }: { row: PlanRow }): JSX.Element {
  const { node, misestimate = 1 } = row;
  const shown = formatQuantity(node.actualRows, "count");
  if (!isGreatMisestimate(row)) return <>{shown}</>;
  const times = formatNumber(misestimate > 1 ? misestimate : 1 / misestimate);
  return (
    <span
      class="misestimate"
      title={`${times} times ${misestimate > 1 ? "more" : "fewer"} than expected`}
    >
      {shown} <span aria-hidden="true">{misestimate > 1 ? "▲" : "▼"}</span>×{times}
      <span class="sr"> {misestimate > 1 ? "more" : "fewer"} than expected</span>
    </span>
  );
}
