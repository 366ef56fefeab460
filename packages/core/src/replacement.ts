/**
 * How a statement is asked otherwise. `rewriting`: the same rows for the same parameters; `keyset page`: the page behind a key in place of one
 * behind an offset; `fewer columns`: those that are looked at; `one for all`: one statement for all keys of a loop; `summary`: read from rows
 * that were counted before.
 */
export type ReplacementKind =
  | "rewriting"
  | "keyset page"
  | "fewer columns"
  | "one for all"
  | "summary";

/** A statement that code is to send in the place of another. A lab can prove it; a person puts it in place. */
export interface Replacement {
  readonly kind: ReplacementKind;
  /** The statement of the finding that it stands in for. */
  readonly fingerprint: string;
  /** What to send, with `$1`, `$2`, … for its parameters. */
  readonly text: string;
  /** What the code must do otherwise, beside the text; absent: nothing. */
  readonly callerMust?: string;
  /** Of `one for all`: the look-ups that it stands in for. */
  readonly loop?: LookUpLoop;
}

/** A look-up that code makes for one key after the other. */
export interface LookUpLoop {
  /** Look-ups in the request that shows it worst. */
  readonly calls: number;
  /** How many places for values the statement has. */
  readonly places: number;
  /** What changes from call to call. */
  readonly keys: readonly LoopKey[];
}

export interface LoopKey {
  /** Which of the statement's places for values it is, in the order of its text, from 0. */
  readonly place: number;
  /** As PostgreSQL most likely has it: `bigint`, `uuid`, `text`. */
  readonly type: string;
  /** Each call gives an array already. */
  readonly isList: boolean;
}
