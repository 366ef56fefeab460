/** The first words of statements, as they stand in the series; any other is `OTHER`. */
const OPERATIONS = [
  "SELECT",
  "INSERT",
  "UPDATE",
  "DELETE",
  "MERGE",
  "WITH",
  "VALUES",
  "CALL",
  "DO",
  "BEGIN",
  "START",
  "COMMIT",
  "END",
  "ROLLBACK",
  "ABORT",
  "SAVEPOINT",
  "RELEASE",
  "PREPARE",
  "EXECUTE",
  "DEALLOCATE",
  "DECLARE",
  "FETCH",
  "CLOSE",
  "MOVE",
  "COPY",
  "LOCK",
  "LISTEN",
  "UNLISTEN",
  "NOTIFY",
  "SET",
  "RESET",
  "SHOW",
  "DISCARD",
  "EXPLAIN",
  "ANALYZE",
  "VACUUM",
  "CREATE",
  "ALTER",
  "DROP",
  "TRUNCATE",
  "REFRESH",
  "REINDEX",
  "CLUSTER",
  "GRANT",
  "REVOKE",
  "COMMENT",
] as const;

const BY_SPELLING: ReadonlyMap<string, string> = new Map(
  OPERATIONS.flatMap((word) => [
    [word, word],
    [word.toLowerCase(), word],
    [word.charAt(0) + word.slice(1).toLowerCase(), word],
  ]),
);
const LONGEST = Math.max(...OPERATIONS.map(({ length }) => length));
const FIRST_WORD =
  /^(?:\s|--[^\n]*\n|\/\*(?:[^*]|\*(?!\/)){0,2000}\*\/|\(){0,100}([A-Za-z]{2,12})\b/;

/** What a statement does, by its first word: `SELECT`. */
export function operationOfSql(sql: string): string {
  return BY_SPELLING.get(firstLetters(sql)) ?? operationBehindComments(sql);
}

/** The word at the very start, which is where it nearly always is. */
function firstLetters(sql: string): string {
  let end = 0;
  while (end <= LONGEST && isLetter(sql.charCodeAt(end))) end += 1;
  return sql.slice(0, end);
}

function operationBehindComments(sql: string): string {
  const word = FIRST_WORD.exec(sql.slice(0, 4_096))?.[1] ?? "";
  return BY_SPELLING.get(word.toUpperCase()) ?? "OTHER";
}

/** Of the Latin alphabet; NaN beyond the end is none. */
function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
