import { signal } from "@preact/signals";
import { createClient } from "@streamgate/contract";
import { systemClock } from "@streamgate/core";
import { hydrate, type JSX } from "preact";
import type { AppActs, AppState, FirstState, Theme } from "../app/app-state.ts";
import { routeOf } from "../app/routes.ts";
import { followLinks, type Navigate } from "./follow-links.ts";
import { keepFresh } from "./keep-fresh.ts";
import { followKeys } from "./keys.ts";
import { LiveApp, type Overlay } from "./live-app.tsx";
import type { LiveStream } from "./live-stream.ts";
import { forgetSeen, registerServiceWorker } from "./offline.tsx";
import { ownZone, remember, showTheme } from "./preferences.ts";
import { addressOf, createRouter } from "./router.ts";
import { SEEN_HEADER } from "./seen-cache.ts";
import { withTransition } from "./view-transition.ts";
import { rest, whenIdle } from "./when-idle.ts";

/** Makes the server's document alive: takes over its data, then its links, then follows what happens. */
export async function start(): Promise<void> {
  const root = document.getElementById("app");
  const first = await readFirst();
  if (root === null) return;
  const overlay = signal<Overlay | undefined>(undefined);
  const announcement = signal("");
  const notice = signal<JSX.Element | undefined>(undefined);
  const stream = signal<LiveStream | undefined>(undefined);
  const seen: Seen = { atMs: undefined };
  const api = createApi(first, seen);
  const router = createRouter({
    api,
    first,
    clock: systemClock,
    swap: withTransition,
    takeSeenAtMs: () => {
      const { atMs } = seen;
      seen.atMs = undefined;
      return atMs;
    },
    onSignedOut: () => void forgetSeen().then(() => location.reload()),
  });
  let navigate: Navigate = (href) => location.assign(href);
  const acts: AppActs = {
    api,
    navigate: (href, options) => navigate(href, options),
    reload: () => router.reload(),
    announce: createAnnouncer((text) => {
      announcement.value = text;
    }),
  };
  const open = (load: () => Promise<{ readonly Overlay: Overlay }>): void =>
    void load().then(({ Overlay }) => {
      overlay.value = Overlay;
    });
  const openPalette = (): void => open(() => import("./palette/palette.tsx"));
  const openKeys = (): void => open(() => import("./key-help.tsx"));
  const setTheme = (theme: Theme): void => {
    remember("theme", theme);
    showTheme(theme);
    router.set({ theme });
  };
  const signOut = async (): Promise<void> => {
    await forgetSeen();
    await api.call("signOut", {}).catch(() => undefined);
    location.assign("/");
  };
  hydrate(
    <LiveApp
      router={router}
      stream={stream}
      acts={acts}
      overlay={overlay}
      announcement={announcement}
      notice={notice}
      onTheme={setTheme}
      onSearch={openPalette}
      onKeys={openKeys}
      onSignOut={() => void signOut()}
      onCloseOverlay={() => {
        overlay.value = undefined;
      }}
    />,
    root,
  );
  await rest();
  navigate = followLinks(router);
  followKeys({ router, navigate: acts.navigate, openPalette, openKeys });
  await rest();
  adoptZone(first, router.set);
  await rest();
  stream.value = keepFresh(router);
  whenIdle(() => {
    registerServiceWorker((offer) => {
      notice.value = offer;
    });
    if (localStorage.getItem("streamgate-vitals") !== null)
      void import("./report-vitals.ts").then(({ reportVitals }) => reportVitals());
    void import("./prefetch-pages.ts").then(({ prefetchPages }) => prefetchPages());
  });
}

/** What the document holds for the program, with the module of its page. */
async function readFirst(): Promise<AppState> {
  const text = document.getElementById("first-state")?.textContent ?? "{}";
  const first = JSON.parse(text) as FirstState;
  const address = addressOf(new URL(location.href));
  const page = await routeOf(address.path)?.route.load();
  return { ...first, data: first.data, problem: first.problem, address, page: page?.page };
}

/** When the oldest answer was given that came from the service worker's cache since this was asked last. */
interface Seen {
  atMs: number | undefined;
}

/** The API, called by this page's session. */
function createApi({ session }: AppState, seen: Seen): AppActs["api"] {
  const csrfToken = session?.csrfToken ?? null;
  return createClient({
    baseUrl: "",
    headers: (): Readonly<Record<string, string>> =>
      csrfToken === null ? {} : { "x-streamgate-csrf": csrfToken },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const at = response.headers.get(SEEN_HEADER);
      if (at !== null)
        seen.atMs = Math.min(seen.atMs ?? Number.POSITIVE_INFINITY, Date.parse(at) || 0);
      return response;
    },
  });
}

/** Shows instants in the browser's own time zone, where the server did not know it. */
function adoptZone({ zone }: AppState, set: (changes: { readonly zone: string }) => void): void {
  const own = ownZone();
  if (own === zone || own === "") return;
  remember("zone", own);
  set({ zone: own });
}

const SHOWN_MS = 6_000;

/** Says one thing at a time, and takes it back after a while. */
function createAnnouncer(say: (text: string) => void): (text: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (text) => {
    clearTimeout(timer);
    say(text);
    timer = setTimeout(() => say(""), SHOWN_MS);
  };
}
