import type { PlanNodeView } from "@streamgate/contract";
import { planWithoutLiterals } from "./without-literals.ts";

const NODE =
  /^(?<indent>\s*)(?<arrow>->\s+)?(?<name>\S.*?)\s{2}\((?<figures>(?:cost|actual)[^)]*)\)/;
const COST = /cost=[\d.]+\.\.(?<cost>[\d.]+) rows=(?<rows>[\d.]+)/;
const ACTUAL =
  /actual (?:time=[\d.]+\.\.(?<last>[\d.]+) )?rows=(?<rows>[\d.]+) loops=(?<loops>\d+)/;
const NEVER = /never executed/;
const BUFFERS = /^\s*Buffers: (?<buffers>.+)$/;
const SHARED_BUFFERS = /shared(?: hit=(?<hit>\d+))?(?: read=(?<read>\d+))?/;
const PROPERTY = /^\s+(?<name>(?:[A-Z][A-Za-z]* )*(?:Cond|Filter|Key|Keys)): (?<value>.+)$/;
/** What follows the nodes. */
const EPILOGUE = /^\s*(?:Planning|Execution|JIT|Trigger|Settings|Query Identifier)\b/;
/** `Index Scan using a_b on a`, `Seq Scan on a`, `CTE Scan on c`: what a node does, and on what. */
const WORKS_ON = /^(?<operation>.+?)(?: (?<on>(?:using|on) .+))?$/;
const MOST_NODES = 400;

interface Node extends Omit<PlanNodeView, "children"> {
  readonly depth: number;
  detail: string;
  buffers?: number;
}

/** The nodes of a plan in the text form of EXPLAIN, in the order in which it lists them; literals are taken out. */
export function planNodes(plan: string): readonly PlanRow[] {
  const indents: number[] = [];
  const nodes: Node[] = [];
  for (const line of planWithoutLiterals(plan).split("\n")) {
    if (EPILOGUE.test(line)) break;
    const match = NODE.exec(line)?.groups;
    if (match !== undefined && (match.arrow !== undefined || nodes.length === 0)) {
      const indent = match.indent?.length ?? 0;
      while ((indents.at(-1) ?? -1) >= indent) indents.pop();
      if (nodes.length >= MOST_NODES) break;
      nodes.push(nodeOf(match.name ?? "", line, indents.length));
      indents.push(indent);
      continue;
    }
    const last = nodes.at(-1);
    if (last !== undefined) addProperty(last, line);
  }
  return nodes.map(({ depth, ...node }) => ({ depth, node }));
}

/** A node with its depth: a plan in rows. */
export interface PlanRow {
  readonly depth: number;
  readonly node: Omit<PlanNodeView, "children">;
}

function nodeOf(name: string, line: string, depth: number): Node {
  const { operation = name, on } = WORKS_ON.exec(name)?.groups ?? {};
  const figures = COST.exec(line)?.groups;
  const actual = ACTUAL.exec(line)?.groups;
  const loops = Number(actual?.loops ?? 1);
  const hasNotRun = NEVER.test(line);
  return {
    depth,
    operation,
    detail: on ?? "",
    cost: Number(figures?.cost ?? 0),
    rows: Number(figures?.rows ?? 0),
    ...(actual?.last === undefined ? {} : { actualMs: Number(actual.last) * loops }),
    ...(actual === undefined ? {} : { actualRows: Number(actual.rows) * loops }),
    ...(hasNotRun ? { actualRows: 0 } : {}),
  };
}

function addProperty(node: Node, line: string): void {
  const buffers = BUFFERS.exec(line)?.groups?.buffers;
  if (buffers !== undefined) {
    const { hit, read } = SHARED_BUFFERS.exec(buffers)?.groups ?? {};
    node.buffers = Number(hit ?? 0) + Number(read ?? 0);
    return;
  }
  const { name, value } = PROPERTY.exec(line)?.groups ?? {};
  if (name === undefined || value === undefined) return;
  const property = `${name}: ${value}`;
  node.detail = node.detail === "" ? property : `${node.detail} · ${property}`;
}
