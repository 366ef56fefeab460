import type { IndexDefinition } from "./candidate.ts";

/** The kinds of index that rules propose, in the order in which equals are preferred. */
export type ProposalFamily =
  | "plain"
  | "covering"
  | "partial"
  | "inverted"
  | "trigram"
  | "hash"
  | "block range";

/** One index that one statement could profit from. */
export interface Proposal {
  readonly family: ProposalFamily;
  readonly definition: IndexDefinition;
  /** So many leading keys are compared with one value each: their order among themselves changes nothing for the statement. */
  readonly interchangeable: number;
  readonly fingerprints: readonly string[];
  /** In words. */
  readonly origin: string;
}
