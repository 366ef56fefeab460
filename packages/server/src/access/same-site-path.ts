const LONGEST = 2_000;

/** The page to go to after signing in: a path of this server, or `/` for whatever else was asked for. */
export function sameSitePath(wanted: unknown): string {
  if (typeof wanted !== "string" || wanted.length > LONGEST) return "/";
  // Browsers read `\` as `/`, and leave tabs and line ends out.
  if (!wanted.startsWith("/") || /^\/[/\\]|[\p{Cc}\\]/u.test(wanted)) return "/";
  const base = "http://streamgate.invalid";
  if (!URL.canParse(wanted, base)) return "/";
  const { origin, pathname, search, hash } = new URL(wanted, base);
  const isOwn = origin === base && !pathname.startsWith("//");
  return isOwn && !/^\/(sign-in|api)(\/|$)/.test(pathname) ? `${pathname}${search}${hash}` : "/";
}
