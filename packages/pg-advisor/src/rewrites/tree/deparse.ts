import type { Node } from "@pgsql/types";
import { deparseSync } from "pgsql-deparser";
import { parseSql } from "../../workload/text/parser.ts";
import { textOfTree } from "./same.ts";

/**
 * A tree as SQL, or null where the SQL would not be read back as the same tree: the deparser is
 * believed only where the parser confirms it.
 */
export function deparseFaithfully(tree: Node): string | null {
  let text: string;
  try {
    text = deparseSync(tree);
  } catch {
    return null;
  }
  const parsed = parseSql(text);
  if (parsed.outcome === "failed" || parsed.statements.length !== 1) return null;
  return textOfTree(parsed.statements[0]?.node) === textOfTree(tree) ? text : null;
}
