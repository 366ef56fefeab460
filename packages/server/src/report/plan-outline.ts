const NODE = /^(?<indent>\s*)(?<arrow>->\s+)?(?<name>\S.*?)\s{2}\((?:cost|actual)[^)]*\)/;
const ACTUAL =
  /actual (?:time=(?<first>[\d.]+)\.\.(?<last>[\d.]+) )?rows=(?<rows>[\d.]+) loops=(?<loops>\d+)/;
const NEVER = /never executed/;
const STEP_COLUMNS = 2;

/** One node of a plan, as a line of its outline. */
interface OutlineNode {
  readonly depth: number;
  /** `Index Scan using nft_owner on nft`. */
  readonly name: string;
  readonly rows: number | null;
  readonly loops: number | null;
  /** Time to the last row of one loop; null where nothing ran or timing was off. */
  readonly lastRowMs: number | null;
  readonly hasRun: boolean;
}

/** The nodes of a plan in the text form of EXPLAIN (ANALYZE); everything between them is left out. */
function outlineOf(plan: string): readonly OutlineNode[] {
  const indents: number[] = [];
  return plan.split("\n").flatMap((line) => {
    const match = NODE.exec(line);
    const { indent = "", arrow, name } = match?.groups ?? {};
    if (name === undefined || (arrow === undefined && indents.length > 0)) return [];
    while ((indents.at(-1) ?? -1) >= indent.length) indents.pop();
    const depth = indents.length;
    indents.push(indent.length);
    const actual = ACTUAL.exec(line)?.groups;
    return [
      {
        depth,
        name,
        rows: numberOf(actual?.rows),
        loops: numberOf(actual?.loops),
        lastRowMs: numberOf(actual?.last),
        hasRun: !NEVER.test(line),
      },
    ];
  });
}

/** The outline as indented lines, the deepest of a long plan left out. */
export function outlineLines(plan: string, mostLines = 8): readonly string[] {
  const nodes = outlineOf(plan);
  const lines = nodes.slice(0, mostLines).map((node) => {
    const rows = node.rows === null ? "" : `  ${formatRows(node)}`;
    return `${" ".repeat(node.depth * STEP_COLUMNS)}${node.name}${rows}`;
  });
  const rest = nodes.length - lines.length;
  return rest > 0 ? [...lines, `… ${rest} more`] : lines;
}

function formatRows({ rows, loops }: OutlineNode): string {
  const shown = `${Number((rows ?? 0).toPrecision(4))} ${rows === 1 ? "row" : "rows"}`;
  return loops !== null && loops > 1 ? `${shown} × ${loops}` : shown;
}

function numberOf(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}
