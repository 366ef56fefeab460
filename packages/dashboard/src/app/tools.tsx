import type { JSX } from "preact";
import type { Theme } from "./app-state.ts";

export interface ToolsProps {
  readonly theme: Theme;
  /** Whether there is anything to sign out of. */
  readonly hasSession: boolean;
  /** Absent on the server: nothing happens until the program is there. */
  readonly onSearch?: () => void;
  readonly onTheme?: (theme: Theme) => void;
  readonly onKeys?: () => void;
  readonly onSignOut?: () => void;
}

const NEXT: Readonly<Record<Theme, Theme>> = { auto: "light", light: "dark", dark: "auto" };

/** What can be done from every page: search, theme, keys, sign out. */
export function Tools({
  theme,
  hasSession,
  onSearch,
  onTheme,
  onKeys,
  onSignOut,
}: ToolsProps): JSX.Element {
  return (
    <>
      <button type="button" class="quiet" onClick={onSearch}>
        Search <kbd>Ctrl K</kbd>
      </button>
      <button type="button" class="quiet" onClick={() => onTheme?.(NEXT[theme])}>
        <span>
          Theme<span class="sr">:</span>
        </span>{" "}
        <span class="is-wide">{theme}</span>
      </button>
      <button type="button" class="quiet is-wide" onClick={onKeys}>
        Keys <kbd>?</kbd>
      </button>
      {hasSession ? (
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      ) : null}
    </>
  );
}
