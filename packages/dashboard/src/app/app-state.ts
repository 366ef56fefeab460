import type { ApiClient, Problem, Session } from "@streamgate/contract";
import type { Address, PageModule } from "./page.ts";

export type Theme = "auto" | "light" | "dark";

/** What of the dashboard is drawn: the same on the server and in the browser's first moment. */
export interface AppState {
  readonly address: Address;
  /** Undefined where there is no such page. */
  readonly page: PageModule | undefined;
  /** What the page read; undefined where it could not. */
  readonly data: unknown;
  /** Why the page, or the latest reading of it, could not be had. */
  readonly problem: Problem | undefined;
  /** When the data were read, in ms since 1970. */
  readonly nowMs: number;
  readonly zone: string;
  readonly theme: Theme;
  readonly session: Session | null;
}

/** What the browser gets from the server to begin with; the address it knows itself. */
export interface FirstState {
  readonly data: unknown;
  readonly problem: Problem | undefined;
  readonly nowMs: number;
  readonly zone: string;
  readonly theme: Theme;
  readonly session: Session | null;
}

/** What the browser can do that the server cannot. */
export interface AppActs {
  readonly api: ApiClient;
  readonly navigate: (href: string, options?: { readonly replace?: boolean }) => void;
  readonly reload: () => Promise<void>;
  readonly announce: (text: string) => void;
}

/** The theme that a cookie names. */
export function themeOf(word: string | undefined): Theme {
  return word === "light" || word === "dark" ? word : "auto";
}

/** What the window is called. */
export function titleOf({ page, data, problem, address }: AppState): string {
  if (page === undefined) return "No such page";
  if (data === undefined) return problem?.title ?? "…";
  return page.title(data, address);
}
