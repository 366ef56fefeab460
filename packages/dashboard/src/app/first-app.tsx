import type { JSX } from "preact";
import { App } from "./app.tsx";
import type { AppActs, AppState } from "./app-state.ts";
import { followOf, LiveLine } from "./live-line.tsx";
import { Tools } from "./tools.tsx";

/** The dashboard as the server renders it and the browser finds it: nothing is connected yet. */
export function FirstApp({ state, acts }: { state: AppState; acts: AppActs }): JSX.Element {
  const follow = followOf(state.address);
  return (
    <App
      state={state}
      acts={acts}
      LiveStatus={() => (
        <LiveLine
          address={state.address}
          state={follow === "follow" ? "connecting" : follow}
          ageMs={0}
        />
      )}
      Tools={() => <Tools theme={state.theme} hasSession={hasOwnSession(state)} />}
    />
  );
}

/** Whether the browser has a session of its own: who comes by the loopback address or a bearer token never signed in. */
export function hasOwnSession({ session }: AppState): boolean {
  return typeof session?.csrfToken === "string";
}
