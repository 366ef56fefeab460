import type { FindingKind } from "@streamgate/core";
import type { DropReason } from "./drop-reasons.ts";
import type { Bloat } from "./fragmented-indexes.ts";
import type { IndexPortrait } from "./index-portrait.ts";

/** The kinds of findings that say of an index that it should go or be mended. */
export type IndexProblem = Extract<
  FindingKind,
  "index/unused" | "index/duplicate" | "index/redundant" | "index/invalid" | "index/bloated"
>;

/** What should become of one index. Every index that was looked at has one. */
export type IndexVerdict =
  | {
      readonly action: "drop";
      readonly portrait: IndexPortrait;
      readonly problem: Exclude<IndexProblem, "index/bloated">;
      /** In one clause, for a person. */
      readonly because: string;
      readonly caveats: readonly string[];
      /** The one that stays, of two. */
      readonly kept: IndexPortrait | null;
    }
  | {
      readonly action: "rebuild";
      readonly portrait: IndexPortrait;
      readonly problem: "index/invalid" | "index/bloated";
      readonly because: string;
      readonly bloat: Bloat | null;
    }
  | {
      readonly action: "keep";
      readonly portrait: IndexPortrait;
      /** All that keeps it, the weightiest first; none where it is used and nothing was weighed. */
      readonly refusals: readonly Refusal[];
    };

/** Why an index is not dropped. */
export interface Refusal {
  readonly reason: DropReason;
  readonly explanation: string;
}
