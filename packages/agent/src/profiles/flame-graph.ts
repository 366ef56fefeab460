import type { CallFrame, CallNode, CallTreeKind } from "./call-tree.ts";

/** How a flame graph is drawn. */
export interface FlameGraphOptions {
  readonly kind: CallTreeKind;
  readonly title: string;
  /** Pixels, 320 to 4,000. @default 1_200 */
  readonly widthPixels?: number;
}

const WIDTH = 1_200;
const ROW = 18;
const FONT = 12;
const CHARACTER = 7.2;
const HEAD = 44;
/** A narrower frame cannot be seen, and there may be very many of them. */
const NARROWEST = 0.5;
const PADDING = 3;

/** Hues by where code comes from; dark text on all of them has a contrast of at least 7:1. */
const COLOURS = {
  own: "#f5a86b",
  library: "#f3d372",
  node: "#9fd3a8",
  engine: "#b9c6d8",
} as const;
type Origin = keyof typeof COLOURS;

interface Box {
  readonly node: CallNode;
  readonly x: number;
  readonly width: number;
  readonly depth: number;
}

/**
 * A flame graph (Gregg 2016, "The Flame Graph", CACM 59(6)) as SVG: a box is as wide as its function's share, callers stand
 * above those they call, and brothers are in alphabetical order. Without scripts; each box has a title that says its figures.
 */
export function drawFlameGraph(tree: CallNode, options: FlameGraphOptions): string {
  const width = options.widthPixels ?? WIDTH;
  const busy = withoutIdle(tree);
  const boxes = layOut(busy, width);
  const depth = boxes.reduce((deepest, box) => Math.max(deepest, box.depth), 0) + 1;
  const height = HEAD + depth * ROW + PADDING;
  const unit = options.kind === "cpu" ? "time" : "memory";
  const description = `${boxes.length} boxes, one a function and its callers, each as wide as its share of the ${unit}.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${FONT}">`,
    `<title id="title">${escapeXml(options.title)}</title>`,
    `<desc id="description">${escapeXml(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${PADDING}" y="16" font-weight="bold">${escapeXml(options.title)}</text>`,
    `<text x="${PADDING}" y="34" fill="#444444">${escapeXml(legend(busy, tree, options.kind))}</text>`,
    ...boxes.map((box) => drawBox(box, busy.totalValue, options.kind)),
    "</svg>\n",
  ].join("\n");
}

/** Waiting is no work: with it, a quiet process would be one wide box. */
function withoutIdle(tree: CallNode): CallNode {
  const children = tree.children.filter(({ frame }) => frame.name !== "(idle)");
  const totalValue = children.reduce((sum, child) => sum + child.totalValue, tree.selfValue);
  return { ...tree, children, totalValue };
}

function layOut(root: CallNode, width: number): Box[] {
  const boxes: Box[] = [];
  if (root.totalValue <= 0) return boxes;
  const scale = width / root.totalValue;
  const place = (node: CallNode, x: number, depth: number): void => {
    const boxWidth = node.totalValue * scale;
    if (boxWidth < NARROWEST) return;
    boxes.push({ node, x, width: boxWidth, depth });
    let childX = x;
    for (const child of inOrder(mergeSame(node.children))) {
      place(child, childX, depth + 1);
      childX += child.totalValue * scale;
    }
  };
  place(root, 0, 0);
  return boxes;
}

/** V8 keeps apart what was called from different lines of a caller; here it is one box. */
function mergeSame(nodes: readonly CallNode[]): readonly CallNode[] {
  const merged = new Map<string, CallNode>();
  for (const node of nodes) {
    const key = `${node.frame.name}\n${node.frame.file}\n${node.frame.line}`;
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? node
        : {
            frame: node.frame,
            selfValue: known.selfValue + node.selfValue,
            selfSamples: known.selfSamples + node.selfSamples,
            totalValue: known.totalValue + node.totalValue,
            children: [...known.children, ...node.children],
          },
    );
  }
  return [...merged.values()];
}

function inOrder(nodes: readonly CallNode[]): readonly CallNode[] {
  return [...nodes].sort((left, right) => (left.frame.name < right.frame.name ? -1 : 1));
}

function drawBox({ node, x, width, depth }: Box, total: number, kind: CallTreeKind): string {
  const share = `${((100 * node.totalValue) / total).toFixed(1)} %`;
  const title = `${node.frame.name}${placeOf(node.frame)}: ${amount(node.totalValue, kind)}, ${share}; itself ${amount(node.selfValue, kind)}`;
  const y = HEAD + depth * ROW;
  const characters = Math.floor((width - 2 * PADDING) / CHARACTER);
  const label = characters < 3 ? "" : shorten(node.frame.name, characters);
  const text =
    label === ""
      ? ""
      : `<text x="${(x + PADDING).toFixed(1)}" y="${y + FONT + 1}">${escapeXml(label)}</text>`;
  return `<g><title>${escapeXml(title)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="${COLOURS[originOf(node.frame)]}" stroke="#ffffff" stroke-width="0.5"/>${text}</g>`;
}

function legend(busy: CallNode, all: CallNode, kind: CallTreeKind): string {
  const idle = all.totalValue - busy.totalValue;
  const waited = idle > 0 ? `, ${amount(idle, kind)} idle left out` : "";
  return `${amount(busy.totalValue, kind)}${waited}. Orange: own code; yellow: dependencies; green: Node.js; blue: V8 and native.`;
}

function originOf({ file }: CallFrame): Origin {
  if (file === "") return "engine";
  if (file.startsWith("node:")) return "node";
  return file.includes("/node_modules/") ? "library" : "own";
}

function placeOf({ file, line }: CallFrame): string {
  return file === "" ? "" : ` (${file}:${line})`;
}

function amount(value: number, kind: CallTreeKind): string {
  if (kind === "cpu") return `${(value / 1e6).toFixed(1)} ms`;
  return value >= 1_048_576
    ? `${(value / 1_048_576).toFixed(1)} MB`
    : `${(value / 1024).toFixed(1)} KB`;
}

function shorten(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** Names of functions are any text: quotes, angle brackets, control characters that XML has no place for. */
function escapeXml(text: string): string {
  return Array.from(text, (character) => ESCAPES[character] ?? plain(character)).join("");
}

function plain(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  return code < 0x20 || isHalf || code === 0xfffe || code === 0xffff ? "\u{fffd}" : character;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
