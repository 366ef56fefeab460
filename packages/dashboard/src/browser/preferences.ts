import type { Theme } from "../app/app-state.ts";

const YEAR_SECONDS = 31_536_000;

/** Remembers how somebody wants to see the dashboard, so that the server's next document is like it. */
export function remember(name: "theme" | "zone", value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser
  document.cookie = `streamgate-${name}=${encodeURIComponent(value)};path=/;max-age=${YEAR_SECONDS};samesite=lax`;
}

export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "auto") delete dataset.theme;
  else dataset.theme = theme;
}

/** IANA name of the browser's time zone. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
