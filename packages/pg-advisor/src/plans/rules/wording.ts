import { quoteIdentifier } from "../../schema/identifiers.ts";
import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { ExplainedNode } from "../tree/explained-node.ts";

/** `1,234`; below 10 with one place. */
export function amount(value: number): string {
  const rounded =
    value < 10 && !Number.isInteger(value) ? value.toFixed(1) : `${Math.round(value)}`;
  return rounded.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** `12×`, `3.4×` */
export function times(ratio: number): string {
  return `${amount(ratio >= 10 ? Math.round(ratio) : ratio)}×`;
}

export function percent(share: number): string {
  return `${share >= 0.0995 ? Math.round(share * 100) : (share * 100).toFixed(1)} %`;
}

/** A table as SQL names it: `public."Order"`. */
export function tableOf({ schema, relation }: ExplainedNode): string {
  if (relation === null) return "";
  const name = quoteIdentifier(relation);
  return schema === null ? name : `${quoteIdentifier(schema)}.${name}`;
}

/** What a node is and what it works on, as a person says it: `Seq Scan on orders`. */
export function nodeName(node: ExplainedNode): string {
  const parts = [
    node.nodeType,
    node.index === null ? null : `using ${node.index}`,
    node.relation === null ? null : `on ${node.relation}`,
    node.cteName === null ? null : `on ${node.cteName}`,
  ];
  return parts.filter((part) => part !== null).join(" ");
}

/** The tables below a node, each once. */
export function tablesBelow({ node, children }: WeighedNode): readonly string[] {
  const own = node.relation === null ? [] : [tableOf(node)];
  return [...new Set([...own, ...children.flatMap(tablesBelow)])];
}

/** A memory setting in the unit that is easiest to read, rounded up. */
export function memorySetting(bytes: number): string {
  const kilobytes = Math.ceil(bytes / 1024);
  if (kilobytes < 1024) return `${Math.max(64, kilobytes)}kB`;
  return `${Math.ceil(kilobytes / 1024)}MB`;
}
