import { summariseBlocks } from "./block-range.ts";
import { coverReads } from "./covering.ts";
import { hashLongValues } from "./hash-lookup.ts";
import { invertContents } from "./inverted.ts";
import { indexParts } from "./partial.ts";
import type { Rule } from "./rule.ts";
import { indexTrigrams } from "./trigram.ts";

/** Beside the plain B-trees. A new rule is a file of its own here, with its precondition from the statistics. */
export const ALL_RULES: readonly Rule[] = [
  coverReads,
  indexParts,
  invertContents,
  indexTrigrams,
  hashLongValues,
  summariseBlocks,
];
