import { titleOf } from "../app/app-state.ts";
import { routeOf } from "../app/routes.ts";
import { addressOf, type Router } from "./router.ts";

/** What the browser's history keeps of each entry. */
interface Entry {
  readonly scrollTop: number;
}

/** A pointer that rests so long on a link means it. */
const REST_MS = 65;

export type Navigate = (href: string, options?: { readonly replace?: boolean }) => void;

/** Lets the router take over links, forms, and the browser's back and forward. @returns what goes to another address */
export function followLinks(router: Router): Navigate {
  history.scrollRestoration = "manual";

  const show = async (url: URL, scrollTop: number | undefined): Promise<void> => {
    const isSamePage = url.pathname === router.state.value.address.path;
    if (!(await router.show(addressOf(url)))) return;
    document.title = `${titleOf(router.state.value)} · StreamGate`;
    if (isSamePage && scrollTop === undefined) return;
    requestAnimationFrame(() => {
      if (!isSamePage) document.getElementById("main")?.focus({ preventScroll: true });
      window.scrollTo(0, scrollTop ?? 0);
    });
  };
  const navigate: Navigate = (href, options) => {
    const url = new URL(href, location.href);
    const isReplaced = options?.replace === true || url.href === location.href;
    history.replaceState({ scrollTop: window.scrollY } satisfies Entry, "");
    history[isReplaced ? "replaceState" : "pushState"]({ scrollTop: 0 } satisfies Entry, "", url);
    void show(url, undefined);
  };

  window.addEventListener("popstate", (event) => {
    const entry = event.state as Entry | null;
    void show(new URL(location.href), entry?.scrollTop ?? 0);
  });
  document.addEventListener("click", (event) => {
    const url = urlToFollow(event);
    if (url === undefined) return;
    event.preventDefault();
    navigate(url.href);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "get")
      return;
    const url = new URL(form.action, location.href);
    if (routeOf(url.pathname) === undefined) return;
    event.preventDefault();
    url.search = searchOf(new FormData(form));
    navigate(url.href);
  });
  prefetchLinks(router);
  return navigate;
}

/** The fields of a form that say something. */
function searchOf(fields: FormData): string {
  const search = new URLSearchParams();
  for (const [name, value] of fields)
    if (typeof value === "string" && value !== "") search.append(name, value);
  return search.toString();
}

/** The address of the link that was clicked, where the router is to follow it. */
function urlToFollow(event: MouseEvent): URL | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined;
  const url = linkOf(event.target);
  if (url?.hash !== "" && url?.pathname === location.pathname && url.search === location.search)
    return undefined;
  return url;
}

function linkOf(target: EventTarget | null): URL | undefined {
  const link = target instanceof Element ? target.closest("a") : null;
  // By its attributes: links in drawings have objects in place of texts.
  const href = link?.getAttribute("href") ?? "";
  if (link === null || href === "" || link.hasAttribute("target") || link.hasAttribute("download"))
    return undefined;
  const url = new URL(href, location.href);
  if (url.origin !== location.origin || routeOf(url.pathname) === undefined) return undefined;
  return url;
}

/** Reads the page of a link beforehand, when the pointer rests on it or the focus comes to it. */
function prefetchLinks(router: Router): void {
  let resting: ReturnType<typeof setTimeout> | undefined;
  const prefetch = (target: EventTarget | null): void => {
    const url = linkOf(target);
    if (url !== undefined && url.href !== location.href) router.prefetch(addressOf(url));
  };
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    clearTimeout(resting);
    if (pointerType === "mouse") resting = setTimeout(() => prefetch(target), REST_MS);
  });
  document.addEventListener("pointerdown", ({ target }) => prefetch(target));
  document.addEventListener("focusin", ({ target }) => {
    clearTimeout(resting);
    resting = setTimeout(() => prefetch(target), REST_MS);
  });
}
