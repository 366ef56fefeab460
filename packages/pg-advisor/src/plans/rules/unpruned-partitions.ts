import type { WeighedNode } from "../costs/weighed-plan.ts";
import { columnsOfCondition } from "../expressions/read-condition.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent } from "./wording.ts";

const LEAST_PARTITIONS = 4;
const MOST_USED = 0.34;
const LEAST_SHARE = 0.2;

/** Most of the partitions that were read had no row to give. */
export function unprunedPartitions({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const read = readInVain(at);
    if (read === null || at.inclusiveShare < LEAST_SHARE) return [];
    const { reached, useful } = read;
    const [first] = reached;
    const relation = first === undefined ? null : facts.relationOf(first.node);
    const parent = relation === null ? null : facts.parentOf(relation);
    const key = parent?.partitionKey ?? null;
    const table = parent?.name ?? partitionStem(first) ?? "";
    const asked = [
      ...new Set((first?.node.conditions ?? []).flatMap(({ text }) => columnsOfCondition(text))),
    ];
    const part = useful / reached.length;
    return [
      {
        kind: "plan/unpruned-partitions",
        at,
        object: table,
        severity: severityOfShare(at.inclusiveShare * (1 - part)),
        summary: `${amount(reached.length)} partitions of ${table} were read, and ${amount(useful)} of them had rows (${percent(part)})`,
        figures: [
          { name: "partitions read", value: reached.length, unit: "partitions" },
          { name: "partitions with rows", value: useful, unit: "partitions" },
        ],
        remedy: `compare the partition key${key === null ? "" : ` (${key})`} itself, without function or cast, with a value that is known when the statement is planned or begins; it asks for ${asked.join(", ") || "nothing of it"}`,
      },
    ];
  });
}

/** The partitions that a node reads with a condition, where most of them have no row for it; null elsewhere. */
export function readInVain(
  at: WeighedNode,
): { readonly reached: readonly WeighedNode[]; readonly useful: number } | null {
  const scans = partitionsOf(at);
  const reached = scans.filter(({ loops }) => loops > 0);
  if (reached.length < LEAST_PARTITIONS || at.node.subplansRemoved > 0) return null;
  const isFiltered = reached.every(({ node, children }) =>
    [node, ...children.map((child) => child.node)].some(({ conditions }) => conditions.length > 0),
  );
  const useful = reached.filter(({ rows, node }) => rows > (node.actual === null ? 1 : 0)).length;
  return isFiltered && useful <= reached.length * MOST_USED ? { reached, useful } : null;
}

/** The scans of the partitions that a node puts together; none where it puts other things together. */
export function partitionsOf({ node, children }: WeighedNode): readonly WeighedNode[] {
  if (node.nodeType !== "Append" && node.nodeType !== "Merge Append") return [];
  const scans = children.map(scanOf).filter((scan) => scan !== null);
  const stems = scans.map(partitionStem);
  const arePartitions = stems.every((stem) => stem !== null && stem === stems[0]);
  return scans.length === children.length && arePartitions ? scans : [];
}

/** EXPLAIN calls partitions by their parent's alias with a number. */
export function partitionStem(at: WeighedNode | undefined): string | null {
  return /^(.+)_\d+$/.exec(at?.node.alias ?? "")?.[1] ?? null;
}

/** The scan of a partition, below what sorts, aggregates or gathers its rows. */
function scanOf(at: WeighedNode): WeighedNode | null {
  if (at.node.relation !== null) return at;
  const [only, other] = at.children;
  return only === undefined || other !== undefined ? null : scanOf(only);
}
