/** A statement without the blanks around it and the semicolons behind it. */
export function withoutEnd(sql: string): string {
  let text = sql.trim();
  while (text.endsWith(";")) text = text.slice(0, -1).trimEnd();
  return text;
}
