import type { RelationName } from "../snapshot/snapshot.ts";

/** What of a snapshot is rebuilt. */
export interface RenderOptions {
  /** Extensions that the new server can create; others are skipped. @default [] */
  readonly availableExtensions?: readonly string[];
  /**
   * Whether columns get their defaults and identities, and the sequences behind them are made:
   * needless for plans, and half of the time. @default false
   */
  readonly withDefaults?: boolean;
  /**
   * Whether statements will be planned there and never run: then foreign tables stand on servers that lead nowhere, and types of
   * extensions that are not available are there by name alone. @default false
   */
  readonly isForPlansOnly?: boolean;
  /** These relations and what they need, in place of all. @default all */
  readonly relations?: readonly RelationName[];
}

export const RENDER_DEFAULTS: Required<Omit<RenderOptions, "relations">> = {
  availableExtensions: [],
  withDefaults: false,
  isForPlansOnly: false,
};
