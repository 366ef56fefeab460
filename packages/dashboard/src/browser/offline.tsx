import type { JSX } from "preact";
import { SEEN_CACHE } from "./seen-cache.ts";

/** Forgets all pages and answers that were kept for times without a connection: they are of whoever was signed in. */
export async function forgetSeen(): Promise<void> {
  if ("caches" in window) await caches.delete(SEEN_CACHE);
}

/** Lets a service worker keep what was seen. @param say shows that a new version is there */
export function registerServiceWorker(say: (notice: JSX.Element) => void): void {
  if (!("serviceWorker" in navigator)) return;
  const worker = navigator.serviceWorker;
  let isReloading = false;
  worker.addEventListener("controllerchange", () => {
    if (isReloading) location.reload();
  });
  const offer = (waiting: ServiceWorker): void =>
    say(
      <>
        A new version is here.
        <button
          type="button"
          onClick={() => {
            isReloading = true;
            waiting.postMessage("take over");
          }}
        >
          Reload
        </button>
      </>,
    );
  void worker
    .register("/service-worker.js")
    .then((registration) => {
      if (registration.waiting !== null && worker.controller !== null) offer(registration.waiting);
      registration.addEventListener("updatefound", () => {
        const { installing } = registration;
        installing?.addEventListener("statechange", () => {
          if (installing.state === "installed" && worker.controller !== null) offer(installing);
        });
      });
    })
    .catch(() => undefined);
}
