import { hrefWith } from "../app/address.ts";
import type { Navigate } from "./follow-links.ts";
import type { Router } from "./router.ts";

export interface KeysOptions {
  readonly router: Router;
  readonly navigate: Navigate;
  readonly openPalette: () => void;
  readonly openKeys: () => void;
}

/** What the keys do, for the help that `?` opens. */
export const KEYS: readonly (readonly [key: string, what: string])[] = [
  ["Ctrl K", "search pages, routes, statements, recommendations"],
  ["1 … 9", "the pages of the navigation, in their order"],
  ["r", "read the page again"],
  ["p", "pause, resume"],
  ["/", "the search field of the page"],
  ["↑ ↓", "from row to row in a table"],
  ["← →", "from step to step in a chart"],
  ["?", "this help"],
];

/** Listens to the keys that work on every page. */
export function followKeys(options: KeysOptions): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      options.openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || isTyping(event.target)) return;
    if (press(event.key, options)) event.preventDefault();
  });
}

/** @returns whether the key does something */
function press(key: string, { router, navigate, openKeys }: KeysOptions): boolean {
  const { address } = router.state.value;
  switch (key) {
    case "?":
      openKeys();
      return true;
    case "r":
      void router.reload();
      return true;
    case "p":
      navigate(hrefWith(address, { live: address.search.get("live") === "off" ? null : "off" }), {
        replace: true,
      });
      return true;
    case "/":
      return focusSearch();
    default:
      return goToPage(key, navigate);
  }
}

function goToPage(key: string, navigate: Navigate): boolean {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("header nav a")];
  const link = /^[1-9]$/.test(key) ? links[Number(key) - 1] : undefined;
  if (link === undefined) return false;
  navigate(link.href);
  return true;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
  field?.focus();
  return field !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, select, textarea, dialog *"))
  );
}
