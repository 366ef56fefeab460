import {
  type IndexPortrait,
  type RelationName,
  readStatementSearch,
  type StatementSearch,
} from "@streamgate/pg-advisor";

/** A statement that ran in the database, with what its text tells. */
export interface ReadStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly search: StatementSearch;
}

/** Reads texts, each once for all times that it is asked for. */
export function keepStatementSearches(): (
  statements: readonly { readonly fingerprint: string; readonly text: string }[],
) => readonly ReadStatement[] {
  const known = new Map<string, StatementSearch | null>();
  return (statements) =>
    statements.flatMap(({ fingerprint, text }) => {
      let search = known.get(text);
      if (search === undefined) {
        if (known.size >= MOST_KEPT) known.clear();
        search = readStatementSearch(text);
        known.set(text, search);
      }
      return search === null ? [] : [{ fingerprint, text, search }];
    });
}

const MOST_KEPT = 5_000;

/** Whether a statement touches a table; a name without a schema may be that of any. */
export function touchesTable(
  { search }: Pick<ReadStatement, "search">,
  { schema, name }: RelationName,
): boolean {
  return search.relations.some(
    (one) => one.name === name && (one.schema === null || one.schema === schema),
  );
}

/**
 * Whether an index may serve a statement, as far as texts tell: it searches, joins, groups or sorts its table by what leads the index.
 * The planner may decide otherwise.
 */
export function maySearchBy(
  statement: Pick<ReadStatement, "search">,
  { index }: Pick<IndexPortrait, "index">,
): boolean {
  if (statement.search.kind === "insert" || !touchesTable(statement, index.table)) return false;
  const wanted = leadingColumns(index);
  return statement.search.columns.some((column) => wanted.has(column));
}

/** Those of the first key; of methods that serve a search by any key, those of all keys. */
function leadingColumns({ keys, method }: IndexPortrait["index"]): ReadonlySet<string> {
  const serving = method === "btree" || method === "hash" ? keys.slice(0, 1) : keys;
  return new Set(
    serving.flatMap(({ column, expression }) =>
      column === null ? [...(expression ?? "").matchAll(WORD)].map(([word]) => word) : [column],
    ),
  );
}

/** Names in an expression that are not those of functions. */
const WORD = /(?<![\w:'"])[a-z_]\w*(?![\w(])/gi;
