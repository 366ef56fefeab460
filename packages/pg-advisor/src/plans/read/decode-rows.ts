const HEADED_CSV = /^\s*"?QUERY PLAN"?[ \t]*\n/;
const HTML_ROW = /<td[ >]/i;

/** The lines of a plan whose rows came as CSV or as a table of HTML (psql --csv, -H; exports of clients). */
export function decodeRows(text: string): string {
  if (HTML_ROW.test(text)) return decodeHtml(text);
  return HEADED_CSV.test(text) && text.includes('\n"') ? decodeCsv(text) : text;
}

/** One column of CSV (RFC 4180): a field with line ends or quotes stands in quotes. */
function decodeCsv(text: string): string {
  const fields: string[] = [];
  const pattern = /"((?:[^"]|"")*)"(?:\n|$)|([^\n]*)(?:\n|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null || match[0] === "") break;
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
  }
  return fields.join("\n");
}

const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: " ",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#39": "'",
  amp: "&",
};

function decodeHtml(text: string): string {
  const [, ...cells] = text.split(/<td[^<>]{0,200}>/i);
  return cells
    .map((cell) =>
      cell
        .slice(0, Math.max(0, cell.indexOf("</td>")))
        .replace(/<br ?\/?>\n?/gi, "\n")
        .replace(/<\/?[a-z][^<>]{0,200}>/gi, "")
        .replace(/&(\w{2,6}|#39);/g, (whole, name: string) => ENTITIES[name] ?? whole),
    )
    .join("\n");
}
