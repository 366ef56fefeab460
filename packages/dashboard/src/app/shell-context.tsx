import type { ApiClient, Session } from "@streamgate/contract";
import { type Context, createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Address } from "./page.ts";

/** What every component may ask of the shell that it stands in. */
export interface Shell {
  readonly address: Address;
  /** Calls the API as whoever is signed in. */
  readonly api: ApiClient;
  /** Null: not known. */
  readonly session: Session | null;
  /** When the page's data were read, in ms since 1970: what `ago` counts from. */
  readonly nowMs: number;
  /** IANA name of the time zone in which instants are shown. */
  readonly zone: string;
  /** Goes to another address of the dashboard. Does nothing on the server. */
  readonly navigate: (href: string, options?: { readonly replace?: boolean }) => void;
  /** Reads the page's data again. */
  readonly reload: () => Promise<void>;
  /** Says something in a passing notice, to screen readers too. */
  readonly announce: (text: string) => void;
}

export const ShellContext: Context<Shell | undefined> = createContext<Shell | undefined>(undefined);

/** The shell around a component. */
export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new Error("a component of the dashboard stands outside its shell");
  return shell;
}

/** Whether whoever looks may change things. */
export function mayAct({ session }: Shell): boolean {
  return session?.principal?.scopes.includes("act") ?? false;
}
