import type { ComponentType, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { ProblemState, Skeleton, StaleNotice } from "../components/states.tsx";
import { unlessSame } from "../components/unless-same.tsx";
import { hrefTo } from "./address.ts";
import type { AppActs, AppState } from "./app-state.ts";
import { NotFound } from "./not-found.tsx";
import { RangeBar, type RangeBarProps } from "./range-bar.tsx";
import { type Shell, ShellContext } from "./shell-context.tsx";
import { SideBar } from "./side-bar.tsx";

export interface AppProps {
  readonly state: AppState;
  readonly acts: AppActs;
  /** Whether what is to be seen is being read and nothing of it is here yet. */
  readonly isLoading?: boolean;
  /** How fresh the page is: the browser's part of the bar above it. */
  readonly LiveStatus: ComponentType;
  /** Tools at the foot of the side bar: search, theme, keys. */
  readonly Tools: ComponentType;
}

/** The dashboard: the shell, and in it the page of the address. */
export function App({ state, acts, isLoading = false, LiveStatus, Tools }: AppProps): JSX.Element {
  const { address, nowMs, zone, session } = state;
  const shell: Shell = useMemo(
    () => ({ ...acts, address, nowMs, zone, session }),
    [acts, address, nowMs, zone, session],
  );
  const hasRange = state.page !== undefined && state.page.hasRange !== false;
  return (
    <ShellContext.Provider value={shell}>
      <div class="frame">
        <a class="skip" href="#main">
          Skip to the page
        </a>
        <Side address={address} Tools={Tools} />
        <div class="content">
          <Bar address={address} hasRange={hasRange} LiveStatus={LiveStatus} />
          <main id="main" tabIndex={-1} aria-busy={isLoading}>
            {isLoading ? <Skeleton lines={8} /> : <Page state={state} />}
          </main>
        </div>
      </div>
    </ShellContext.Provider>
  );
}

/** What a tick of the figures does not change is not looked at again. */
const Side = unlessSame(SideBar);
const Bar = unlessSame(
  ({ address, hasRange, LiveStatus }: RangeBarProps & { readonly hasRange: boolean }) =>
    hasRange ? (
      <RangeBar address={address} LiveStatus={LiveStatus} />
    ) : (
      <section class="range-bar is-bare" aria-label="Time">
        <LiveStatus />
      </section>
    ),
);

function Page({ state }: { state: AppState }): JSX.Element {
  const { page, data, problem, address } = state;
  if (page === undefined) return <NotFound path={address.path} />;
  if (data === undefined && problem !== undefined)
    return problem.status === 404 ? (
      <NotFound path={address.path} problem={problem} />
    ) : (
      <ProblemState problem={problem} />
    );
  if (data === undefined) return <Skeleton lines={8} />;
  const parent = page.parent?.(data, address);
  return (
    <>
      {problem === undefined ? null : <StaleNotice problem={problem} />}
      {parent === undefined ? null : (
        <p class="crumb">
          <a href={hrefTo(parent.path, address)}>{parent.label}</a>
        </p>
      )}
      {page.hasOwnHeading === true ? null : <h1>{page.title(data, address)}</h1>}
      <page.View data={data} address={address} />
    </>
  );
}
