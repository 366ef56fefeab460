import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { App } from "../app/app.tsx";
import type { AppActs, Theme } from "../app/app-state.ts";
import { hasOwnSession } from "../app/first-app.tsx";
import { followOf, LiveLine } from "../app/live-line.tsx";
import { Tools } from "../app/tools.tsx";
import type { LiveStream } from "./live-stream.ts";
import type { Router } from "./router.ts";
import { useMountTiming } from "./use-mount-timing.ts";

/** What is opened over the page, once its program is there. */
export type Overlay = ComponentType<AppActs & { readonly onClose: () => void }>;

export interface LiveAppProps {
  readonly router: Router;
  readonly stream: ReadonlySignal<LiveStream | undefined>;
  readonly acts: AppActs;
  readonly overlay: ReadonlySignal<Overlay | undefined>;
  /** What was just done, for a moment. */
  readonly announcement: ReadonlySignal<string>;
  /** What stays until somebody does something about it. */
  readonly notice: ReadonlySignal<JSX.Element | undefined>;
  readonly onTheme: (theme: Theme) => void;
  readonly onSearch: () => void;
  readonly onKeys: () => void;
  readonly onSignOut: () => void;
  readonly onCloseOverlay: () => void;
}

/** The dashboard as it lives in the browser. Its first rendering equals the server's. */
export function LiveApp(props: LiveAppProps): JSX.Element {
  const { router, acts, stream, onTheme, onSearch, onKeys, onSignOut } = props;
  const state = router.state.value;
  const waiting = router.waiting.value;
  useMountTiming(state.page);
  const hasSession = hasOwnSession(state);
  const OwnTools = useMemo(
    () => (): JSX.Element => (
      <Tools
        theme={state.theme}
        hasSession={hasSession}
        onSearch={onSearch}
        onTheme={onTheme}
        onKeys={onKeys}
        onSignOut={onSignOut}
      />
    ),
    [state.theme, hasSession, onSearch, onTheme, onKeys, onSignOut],
  );
  const OwnStatus = useMemo(
    () => (): JSX.Element => <LiveStatus router={router} stream={stream} />,
    [router, stream],
  );
  return (
    <>
      <App
        state={state}
        acts={acts}
        isLoading={waiting === "skeleton"}
        LiveStatus={OwnStatus}
        Tools={OwnTools}
      />
      {waiting === "none" ? null : (
        <div class="loading-bar" role="progressbar" aria-label="loading" />
      )}
      <Overlays {...props} />
    </>
  );
}

/** What stands over the page; apart, so that it is drawn without the page. */
function Overlays({
  overlay,
  announcement,
  notice,
  acts,
  onCloseOverlay,
}: LiveAppProps): JSX.Element {
  const Open = overlay.value;
  return (
    <>
      <div class="announcement" role="status">
        {announcement.value === "" ? notice.value : announcement.value}
      </div>
      {Open === undefined ? null : <Open onClose={onCloseOverlay} {...acts} />}
    </>
  );
}

function LiveStatus({ router, stream }: Pick<LiveAppProps, "router" | "stream">): JSX.Element {
  const nowMs = useSignal(router.readAtMs.value);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") nowMs.value = performance.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, [nowMs]);
  const { address } = router.state.value;
  const follow = followOf(address);
  const connection = stream.value?.state.value ?? "connecting";
  return (
    <LiveLine
      address={address}
      state={follow === "follow" ? (connection === "off" ? "connecting" : connection) : follow}
      ageMs={Math.max(0, nowMs.value - router.readAtMs.value)}
      onReload={() => void router.reload()}
    />
  );
}
