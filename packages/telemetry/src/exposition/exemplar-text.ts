import type { Exemplar } from "../metrics/exemplar.ts";
import { escapeQuoted, formatNumber } from "./text-values.ts";

/** Characters of names and values together, by OpenMetrics 1.0. */
const MOST_CHARACTERS = 128;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const MS_PER_SECOND = 1000;

/** What stands behind a bucket's count; empty where the format does not allow this exemplar. */
export function exemplarText({ labels, value, takenAtMs }: Exemplar): string {
  const entries = Object.entries(labels).map(([name, text]) => [name, String(text)] as const);
  const characters = entries.reduce((sum, [name, text]) => sum + name.length + text.length, 0);
  if (characters > MOST_CHARACTERS || !entries.every(([name]) => LABEL_NAME.test(name))) return "";
  const shown = entries.map(([name, text]) => `${name}="${escapeQuoted(text)}"`).join(",");
  return ` # {${shown}} ${formatNumber(value)} ${takenAtMs / MS_PER_SECOND}`;
}
