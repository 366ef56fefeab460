import type { Node } from "@pgsql/types";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import type { Analysis } from "./level.ts";
import { NotUnderstood } from "./open-level.ts";
import { StatementReader } from "./statement-reader.ts";

export type AnalysisOutcome =
  | { readonly outcome: "understood"; readonly analysis: Analysis }
  | { readonly outcome: "declined"; readonly because: string };

/**
 * Resolves every name of a SELECT against the catalogue, writes each column with its table's alias,
 * gives tables that share an alias different ones, and tells what each level sees.
 */
export function analyse(statement: Node, catalogue: RewriteCatalogue): AnalysisOutcome {
  const tree = structuredClone(statement);
  if (!("SelectStmt" in tree)) return { outcome: "declined", because: "it is no SELECT" };
  const reader = new StatementReader(catalogue);
  try {
    reader.readQuery(tree.SelectStmt, ["SelectStmt"], null, new Map(), "statement", null);
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    return { outcome: "declined", because: error.message };
  }
  return {
    outcome: "understood",
    analysis: { tree, levels: reader.inOrder(), sources: reader.sources },
  };
}
