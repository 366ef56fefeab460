import type { ApiClient, LiveEvent, LiveTopic } from "@streamgate/contract";
import type { JSX } from "preact";

/** Where somebody is: all that a page shows follows from it. */
export interface Address {
  readonly path: string;
  /** Of the route's pattern. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly search: URLSearchParams;
}

export interface PageContext {
  readonly api: ApiClient;
  readonly address: Address;
}

/** A page: what it reads, and how that looks. The same on the server and in the browser. */
export interface PageModule<Data = unknown> {
  /** It is read again when one of these changes. */
  readonly topics: readonly LiveTopic[];
  /** While it is live it is read again so often, in ms, whatever changes. @default 10_000 */
  readonly refreshMs?: number;
  /** Whether the shell shows the time range above it. @default true */
  readonly hasRange?: boolean;
  /** Whether the page shows its heading (an `h1`) itself. @default false */
  readonly hasOwnHeading?: boolean;
  load(context: PageContext): Promise<Data>;
  /** Of the window and of the page's heading. */
  title(data: Data, address: Address): string;
  /** The page that this one belongs to, shown above the heading. */
  parent?(data: Data, address: Address): { readonly label: string; readonly path: string };
  View(this: void, props: ViewProps<Data>): JSX.Element;
  /** What a tick of the figures makes of the data, where the page shows them live. */
  onTick?(data: Data, tick: Tick): Data;
}

export type Tick = Extract<LiveEvent, { readonly kind: "tick" }>;

export interface ViewProps<Data> {
  readonly data: Data;
  readonly address: Address;
}
