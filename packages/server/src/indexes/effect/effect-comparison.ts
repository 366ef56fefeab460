import type { Verification } from "@streamgate/core";

/** What the history of the statements tells of a change of an index. Plain data: the store keeps it. */
export interface EffectComparison {
  /** Whether the history could be read. */
  readonly isRead: boolean;
  /** Statements that search by the index and ran. */
  readonly targets: number;
  /** Null where there was nothing to compare, with the reason. */
  readonly verification: Verification | null;
  readonly whyNot: string | null;
  /** Whether there will be enough windows once it has stood for longer. */
  readonly isEarly: boolean;
  /** Time saved in each hour that StreamGate expected of it, in ms; null where it did not advise it. */
  readonly expectedMsPerHour: number | null;
  readonly caveats: readonly string[];
}
