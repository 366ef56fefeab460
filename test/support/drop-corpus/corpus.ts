import type { DropCase } from "./drop-case.ts";
import { DUPLICATE_CASES } from "./duplicate-cases.ts";
import { LOOKALIKE_CASES } from "./lookalike-cases.ts";
import { MENDING_CASES } from "./mending-cases.ts";
import { NEEDED_CASES } from "./needed-cases.ts";
import { UNUSED_CASES } from "./unused-cases.ts";
import { USED_CASES } from "./used-cases.ts";

/** Indexes with what should become of them; more than half are traps, where a drop would be wrong. */
export const DROP_CORPUS: readonly DropCase[] = [
  ...UNUSED_CASES,
  ...DUPLICATE_CASES,
  ...MENDING_CASES,
  ...NEEDED_CASES,
  ...USED_CASES,
  ...LOOKALIKE_CASES,
];
