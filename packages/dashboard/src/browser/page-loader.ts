import type { ApiClient } from "@streamgate/contract";
import type { Address, PageModule } from "../app/page.ts";
import { routeOf } from "../app/routes.ts";

/** A page with what it read; `page` is undefined where there is none at the address. */
interface LoadedPage {
  readonly page: PageModule | undefined;
  readonly data: unknown;
}

/** What is read beforehand is good for so long. */
const GOOD_MS = 5_000;

export interface PageLoader {
  /** The page of an address with its data: what was read a moment ago beforehand, or anew. @throws what reading throws */
  readonly load: (address: Address, signal: AbortSignal) => Promise<LoadedPage>;
  /** Reads a page before anybody asks for it. Says nothing of what goes wrong. */
  readonly prefetch: (address: Address) => void;
}

/** @param monotonicMs a clock of which only differences matter */
export function createPageLoader(api: ApiClient, monotonicMs: () => number): PageLoader {
  let early:
    | { readonly key: string; readonly atMs: number; readonly loaded: Promise<LoadedPage> }
    | undefined;

  const read = async (address: Address, signal: AbortSignal | undefined): Promise<LoadedPage> => {
    const found = routeOf(address.path);
    if (found === undefined) return { page: undefined, data: undefined };
    const { page } = await found.route.load();
    const data = await page.load({
      api: signal === undefined ? api : abortable(api, signal),
      address,
    });
    return { page, data };
  };

  return {
    load: (address, signal) => {
      const taken = early;
      early = undefined;
      if (taken?.key === keyOf(address) && monotonicMs() - taken.atMs < GOOD_MS)
        return taken.loaded.catch(() => read(address, signal));
      return read(address, signal);
    },
    prefetch: (address) => {
      const key = keyOf(address);
      const atMs = monotonicMs();
      if (routeOf(address.path) === undefined) return;
      if (early?.key === key && atMs - early.atMs < GOOD_MS) return;
      const loaded = read(address, undefined);
      loaded.catch(() => undefined);
      early = { key, atMs, loaded };
    },
  };
}

function keyOf({ path, search }: Address): string {
  return `${path}?${search}`;
}

/** The same API, given up with a signal. */
function abortable(api: ApiClient, signal: AbortSignal): ApiClient {
  return { call: (id, options) => api.call(id, { ...options, signal: options.signal ?? signal }) };
}
