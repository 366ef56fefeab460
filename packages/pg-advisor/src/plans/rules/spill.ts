import type { WeighedNode, WeighedPlan } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, memorySetting, nodeName } from "./wording.ts";
import { memoryForGroups, memoryForHash, memoryForSort, workMemoryForHash } from "./work-memory.ts";

const BLOCK_KB = 8;
/** More memory than this for one node of one statement is no remedy. */
const MOST_BYTES = 1024 ** 3;

interface Spill {
  readonly what: string;
  readonly diskKb: number;
  /** What work_mem must be, in bytes. */
  readonly needed: number;
}

/** A sort, hash table or kept result did not fit in its memory and went to disk. */
export function spill({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const found = spillOf(at, facts);
    if (found === null || !isFirstOfCte(at, weighed)) return [];
    const { what, diskKb, needed } = found;
    const share = Math.max(at.share, at.node.nodeType === "Hash" ? (at.parent?.share ?? 0) : 0);
    return [
      {
        kind: "plan/spill",
        at,
        object: what,
        severity: severityOfShare(share),
        summary: `${what} did not fit in memory: ${amount(diskKb)} kB went to temporary files`,
        figures: [
          { name: "written to temporary files", value: diskKb * 1024, unit: "bytes" },
          {
            name: "work_mem that it needs",
            value: Math.ceil(needed),
            unit: "bytes",
            isEstimated: true,
          },
          { name: "share of the statement", value: share, unit: "ratio" },
        ],
        remedy:
          needed > MOST_BYTES
            ? `it would take work_mem = '${memorySetting(needed)}': rather let fewer or narrower rows reach it, or take them in order from an index`
            : `SET LOCAL work_mem = '${memorySetting(needed)}' in this statement's own transaction (every sort and hash of every session may take as much, so not for all)`,
      },
    ];
  });
}

function spillOf(at: WeighedNode, facts: PlanFacts): Spill | null {
  const { node, exclusiveBlocks } = at;
  if (node.actual === null) return null;
  const tempKb = (exclusiveBlocks?.tempWritten ?? 0) * BLOCK_KB;
  const sortKb = [node.sort, ...node.workers.map((worker) => worker.sort)]
    .filter((sort) => sort?.isOnDisk === true)
    .reduce((sum, sort) => sum + (sort?.spaceKb ?? 0), 0);
  if (sortKb > 0)
    return {
      what: `the sort by ${node.sortKeys.join(", ")}`,
      diskKb: sortKb,
      needed: memoryForSort(at),
    };
  if (node.hash !== null && node.hash.batches > 1) {
    const needed = workMemoryForHash(memoryForHash(at), facts);
    // Without BUFFERS: all batches but the first were written.
    const writtenKb =
      tempKb + ownTempKb(at.parent) || (memoryForHash(at) / 1024) * (1 - 1 / node.hash.batches);
    return { what: `the hash table (${node.hash.batches} batches)`, diskKb: writtenKb, needed };
  }
  const groups = [node.hashAggregate, ...node.workers.map((worker) => worker.hashAggregate)];
  const diskKb = groups.reduce((sum, one) => sum + (one?.diskKb ?? 0), 0);
  if (diskKb > 0) {
    const needed = workMemoryForHash(memoryForGroups(at), facts);
    return { what: `the groups by ${node.groupKeys.join(", ")}`, diskKb, needed };
  }
  if (node.storage?.isOnDisk === true)
    return {
      what: `what ${nodeName(node)} keeps`,
      diskKb: node.storage.maximumKb,
      needed: node.storage.maximumKb * 1024 * KEPT_TO_MEMORY,
    };
  return KEEPS.has(node.nodeType) && tempKb > 0
    ? {
        what: `what ${nodeName(node)} keeps`,
        diskKb: tempKb,
        needed: tempKb * 1024 * KEPT_TO_MEMORY,
      }
    : null;
}

/** The scans of one CTE share what is kept. */
function isFirstOfCte({ node }: WeighedNode, { nodes }: WeighedPlan): boolean {
  if (node.nodeType !== "CTE Scan") return true;
  const scans = nodes.filter(
    (one) => one.node.nodeType === "CTE Scan" && one.node.cteName === node.cteName,
  );
  const writtenBy = ({ exclusiveBlocks }: WeighedNode): number => exclusiveBlocks?.tempWritten ?? 0;
  return scans.toSorted((one, other) => writtenBy(other) - writtenBy(one))[0]?.node === node;
}

/** Rows in memory have headers and an array of pointers that rows on tape have not (tuplestore.c). */
const KEPT_TO_MEMORY = 2;
const KEEPS: ReadonlySet<string> = new Set([
  "Materialize",
  "CTE Scan",
  "WindowAgg",
  "Function Scan",
]);

function ownTempKb(at: WeighedNode | null): number {
  return (at?.exclusiveBlocks?.tempWritten ?? 0) * BLOCK_KB;
}
