/** What tells which columns an index holds: one that stands, or one that might. */
export interface IndexedColumns {
  readonly keys: readonly { readonly column: string | null; readonly expression: string | null }[];
  readonly include?: readonly string[];
  readonly includes?: readonly string[];
  readonly predicate: string | null;
}

/**
 * Whether an update of these columns changes the index: keys, columns carried along, and those that its expressions or its predicate
 * name. Words of SQL are taken for columns where a column has that name: rather one too many.
 */
export function touchesColumn(index: IndexedColumns, columns: ReadonlySet<string>): boolean {
  const { keys, include = [], includes = [], predicate } = index;
  const named = [...keys.map(({ column }) => column), ...include, ...includes];
  if (named.some((column) => column !== null && columns.has(column))) return true;
  const texts = [...keys.map(({ expression }) => expression), predicate];
  return texts.some(
    (text) => text !== null && [...columns].some((column) => namesWord(text, column)),
  );
}

function namesWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text[at + word.length] ?? " ";
    if (!/[\w$]/.test(before) && !/[\w$]/.test(after)) return true;
  }
  return false;
}
