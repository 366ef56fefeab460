import { effect } from "@preact/signals";
import type { LiveEvent } from "@streamgate/contract";
import { followOf } from "../app/live-line.tsx";
import { createLiveStream, type LiveStream } from "./live-stream.ts";
import type { Router } from "./router.ts";

const REFRESH_MS = 10_000;
/** Changes come in groups: one reading answers them all. */
const TOGETHER_MS = 300;

/** Keeps the page that is shown fresh: by events, by time, and when somebody comes back to it. Rests while nobody looks. */
export function keepFresh(router: Router): LiveStream {
  let together: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;

  const isFollowed = (): boolean =>
    document.visibilityState === "visible" && followOf(router.state.value.address) === "follow";
  const reloadSoon = (): void => {
    clearTimeout(together);
    together = setTimeout(() => {
      if (isFollowed()) void router.reload();
    }, TOGETHER_MS);
  };
  const stream = createLiveStream("/api/v1/events", (event: LiveEvent) => {
    if (!isFollowed()) return;
    switch (event.kind) {
      case "tick":
        router.tick(event);
        return;
      case "changed":
        if (event.topics.some((topic) => router.state.value.page?.topics.includes(topic)))
          reloadSoon();
        return;
      case "reset":
        reloadSoon();
    }
  });
  const refreshLater = (): void => {
    clearTimeout(refresh);
    if (!isFollowed()) return;
    refresh = setTimeout(() => {
      void router.reload().then(refreshLater);
    }, router.state.value.page?.refreshMs ?? REFRESH_MS);
  };
  const follow = (): void => {
    if (isFollowed()) stream.open();
    else stream.close();
    refreshLater();
  };
  document.addEventListener("visibilitychange", () => {
    follow();
    if (isFollowed()) void router.reload();
  });
  window.addEventListener("online", reloadSoon);
  let before = "";
  effect(() => {
    const { address, page } = router.state.value;
    const now = `${followOf(address)} ${address.path} ${page?.refreshMs}`;
    if (now === before) return;
    before = now;
    follow();
  });
  return stream;
}
