const MASK = "***";

const URL_WITH_USER = /\b(postgres(?:ql)?|rediss?|https?):\/\/([^\s'"<>]+)/gi;
const QUERY_SECRET = /([?&](?:password|sslpassword|sslkey|passfile)=)[^&\s'"<>]*/gi;
const KEYWORD_SECRET = /\b((?:ssl)?password\s*=\s*)(?!\*{3})('(?:[^'\\]|\\.)*'|[^\s'",;&<>]+)/gi;
const SQL_SECRET = /\b(password\s+)('(?:[^']|'')*'|\$\w*\$.*?\$\w*\$)/gis;
/** A token of StreamGate's own: its id may be shown. */
const OWN_TOKEN = /\bsgt_([0-9a-f]{16})_[\w-]{20,}/g;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]{8,}/gi;

/**
 * The text with every password of a connection string or of a `PASSWORD '…'` clause, and every token masked. All
 * that StreamGate prints or keeps passes through here.
 */
export function redact(text: string): string {
  return text
    .replace(URL_WITH_USER, (_, scheme: string, rest: string) => `${scheme}://${maskUser(rest)}`)
    .replace(QUERY_SECRET, `$1${MASK}`)
    .replace(KEYWORD_SECRET, `$1${MASK}`)
    .replace(SQL_SECRET, `$1'${MASK}'`)
    .replace(OWN_TOKEN, `sgt_$1_${MASK}`)
    .replace(BEARER, `$1${MASK}`);
}

/** A password may hold any sign unescaped, even `@` and `/`: the last `@` ends it. */
function maskUser(rest: string): string {
  const end = rest.lastIndexOf("@");
  const colon = rest.indexOf(":");
  if (end === -1 || colon === -1 || colon > end) return rest;
  return `${rest.slice(0, colon)}:${MASK}${rest.slice(end)}`;
}

/** Plain data with every string in it redacted. */
export function redactDeeply<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === "string" ? redact(item) : item,
  ) as T;
}

/** The connection string without its password, to be kept: who connects to what. */
export function withoutPassword(connectionString: string): string {
  try {
    const url = new URL(connectionString);
    url.password = "";
    for (const name of ["password", "sslpassword", "sslkey", "passfile"]) {
      url.searchParams.delete(name);
    }
    return url.href;
  } catch {
    return redact(connectionString);
  }
}

/** `host:port/database` of a connection string: how the store names a database. */
export function addressOf(connectionString: string): string {
  try {
    const url = new URL(connectionString);
    const host = url.searchParams.get("host") ?? (url.hostname || "localhost");
    const port = url.port || url.searchParams.get("port") || "5432";
    const database = decodeURIComponent(url.pathname.slice(1)) || url.username || "postgres";
    return `${host}:${port}/${database}`;
  } catch {
    return redact(connectionString);
  }
}
