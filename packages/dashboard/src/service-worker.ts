import { SEEN_CACHE, SEEN_HEADER } from "./browser/seen-cache.ts";

/** Keeps the program, and the last pages and answers that were seen, for times without a connection. */

// The build puts its own name here: another build is another service worker, which browsers offer as a new version.
const BUILD = "__BUILD__";
const ASSETS_CACHE = `streamgate-assets-${BUILD}`;
const MOST_SEEN = 80;

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("message", ({ data }) => {
  if (data === "take over") void self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOtherBuilds().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(assetOf(request));
  else if (url.pathname.startsWith("/sign-")) event.waitUntil(caches.delete(SEEN_CACHE));
  else if (request.mode === "navigate") event.respondWith(freshOrSeen(request, event));
  else if (isKept(url.pathname)) event.respondWith(freshOrSeen(request, event));
});

/** The session is never kept: who is signed in must not come out of a cache. */
function isKept(path: string): boolean {
  return path.startsWith("/api/v1/") && !/^\/api\/v1\/(events|session|tokens|audit)\b/.test(path);
}

/** Names of assets change with their content. */
async function assetOf(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS_CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

/** The server's answer, which is kept; what was kept where there is none. */
async function freshOrSeen(request: Request, event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(request);
    // A page that leads elsewhere leads to where people sign in.
    if (response.status === 401 || response.type === "opaqueredirect")
      event.waitUntil(caches.delete(SEEN_CACHE));
    else if (response.status === 200) event.waitUntil(keep(request, response.clone()));
    return response;
  } catch (error) {
    const cache = await caches.open(SEEN_CACHE);
    const seen = await cache.match(request, { ignoreVary: true });
    if (seen === undefined) throw error;
    return request.mode === "navigate" ? seen : markedAsSeen(seen);
  }
}

/** The same answer, saying that it is not of this moment. */
function markedAsSeen(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set(SEEN_HEADER, response.headers.get("date") ?? "");
  return new Response(response.body, { status: response.status, headers });
}

async function keep(request: Request, response: Response): Promise<void> {
  const cache = await caches.open(SEEN_CACHE);
  await cache.delete(request, { ignoreVary: true });
  await cache.put(request, response);
  const keys = await cache.keys();
  await Promise.all(
    keys.slice(0, Math.max(0, keys.length - MOST_SEEN)).map((key) => cache.delete(key)),
  );
}

async function forgetOtherBuilds(): Promise<void> {
  const names = await caches.keys();
  const others = names.filter(
    (name) => name.startsWith("streamgate-assets-") && name !== ASSETS_CACHE,
  );
  await Promise.all(others.map((name) => caches.delete(name)));
}
