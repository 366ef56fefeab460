import { type ReadonlySignal, signal } from "@preact/signals";
import type { ApiClient, Problem } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import type { AppState } from "../app/app-state.ts";
import type { Address, Tick } from "../app/page.ts";
import { problemOf } from "../app/problem-of.ts";
import { routeOf } from "../app/routes.ts";
import { createPageLoader } from "./page-loader.ts";

/** What shows that a page is on its way: nothing for a moment, then a bar; a skeleton in place of another page. */
type Waiting = "none" | "bar" | "skeleton";

export interface RouterOptions {
  readonly api: ApiClient;
  readonly first: AppState;
  readonly clock: Clock;
  /** The session is over: whoever looks must sign in again. */
  readonly onSignedOut: () => void;
  /** Makes the change to another page seen; done when the page is changed. @default at once */
  readonly swap?: (change: () => void) => Promise<void>;
  /** Undefined where all that was read since this was asked last came from the server itself; else of when it is. */
  readonly takeSeenAtMs?: () => number | undefined;
}

/** Goes from page to page and keeps the one that is shown fresh. Knows no history and no window: see `follow-links.ts`. */
export interface Router {
  readonly state: ReadonlySignal<AppState>;
  readonly waiting: ReadonlySignal<Waiting>;
  /** When the data that are shown were read, on the monotonic clock. */
  readonly readAtMs: ReadonlySignal<number>;
  /** Shows the page of an address. @returns whether it is shown: not where another was asked for meanwhile */
  readonly show: (address: Address) => Promise<boolean>;
  /** Reads the data of the page again. */
  readonly reload: () => Promise<void>;
  readonly prefetch: (address: Address) => void;
  readonly tick: (tick: Tick) => void;
  readonly set: (changes: Partial<Pick<AppState, "theme" | "zone" | "session">>) => void;
}

/** Whoever waits shorter sees no sign of it. */
const PATIENCE_MS = 150;

export function createRouter(options: RouterOptions): Router {
  const { api, first, clock, onSignedOut, swap, takeSeenAtMs } = options;
  const state = signal(first);
  const waiting = signal<Waiting>("none");
  const readAtMs = signal(clock.monotonicMs());
  /** The server's clock counts, whatever the browser's says. */
  const aheadMs = first.nowMs - clock.monotonicMs();
  const loader = createPageLoader(api, () => clock.monotonicMs());
  let running: { readonly own: AbortController; readonly isReload: boolean } | undefined;

  const show = async (address: Address, isReload: boolean): Promise<boolean> => {
    // Whoever is on the way to a page is not held up by a reading of the one that they leave.
    if (isReload && running?.isReload === false) return false;
    running?.own.abort();
    const own = new AbortController();
    running = { own, isReload };
    const isSamePage = address.path === state.value.address.path;
    const patience = setTimeout(() => {
      if (!isReload) waiting.value = isSamePage ? "bar" : "skeleton";
    }, PATIENCE_MS);
    const outcome = await read(address, own.signal);
    clearTimeout(patience);
    if (own.signal.aborted) return false;
    running = undefined;
    waiting.value = "none";
    if (outcome.problem?.status === 401) {
      onSignedOut();
      return false;
    }
    const change = (): void => {
      if (outcome.problem === undefined) readAtMs.value = clock.monotonicMs();
      state.value = { ...state.value, ...outcome, address };
    };
    if (isSamePage || swap === undefined) change();
    else await swap(change);
    return true;
  };

  /** What is to be shown after a reading; where it failed, what was read of the same page before stays. */
  const read = async (address: Address, giveUp: AbortSignal): Promise<Outcome> => {
    try {
      const loaded = await loader.load(address, giveUp);
      const seenAtMs = takeSeenAtMs?.();
      return seenAtMs === undefined
        ? { ...loaded, problem: undefined, nowMs: Math.round(clock.monotonicMs() + aheadMs) }
        : { ...loaded, problem: OFFLINE, nowMs: seenAtMs };
    } catch (error) {
      const { path } = state.value.address;
      const problem = problemOf(error);
      if (path === address.path && state.value.data !== undefined) return { problem };
      return { page: await pageOf(address), data: undefined, problem };
    }
  };

  return {
    state,
    waiting,
    readAtMs,
    show: (address) => show(address, false),
    reload: async () => {
      await show(state.value.address, true);
    },
    prefetch: loader.prefetch,
    tick: (tick) => {
      const { page, data } = state.value;
      if (page?.onTick === undefined || data === undefined) return;
      readAtMs.value = clock.monotonicMs();
      state.value = { ...state.value, data: page.onTick(data, tick) };
    },
    set: (changes) => {
      state.value = { ...state.value, ...changes };
    },
  };
}

/** What of the state a reading changes. */
type Outcome = Pick<AppState, "problem"> & Partial<Pick<AppState, "page" | "data" | "nowMs">>;

/** What is shown was kept by the service worker. */
const OFFLINE: Problem = {
  type: "about:blank",
  title: "Offline",
  status: 0,
  detail: "StreamGate does not answer; this was kept from the last visit",
  code: "SG_DASHBOARD_OFFLINE",
  remedy: "see whether the server runs, and whether the network is there",
  requestId: "",
};

/** The module of an address; undefined where there is none, or where it cannot be had. */
async function pageOf({ path }: Address): Promise<AppState["page"]> {
  return routeOf(path)
    ?.route.load()
    .then(({ page }) => page)
    .catch(() => undefined);
}

/** The address that a URL names. */
export function addressOf(url: URL): Address {
  return {
    path: url.pathname,
    parameters: routeOf(url.pathname)?.parameters ?? {},
    search: new URLSearchParams(url.search),
  };
}
