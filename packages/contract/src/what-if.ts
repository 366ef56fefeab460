import type { Figure } from "./basics.ts";

export interface WhatIfRequest {
  /** @maxLength 200 */
  readonly database: string;
  /**
   * CREATE INDEX statements to be imagined.
   *
   * @minItems 1
   * @maxItems 20
   */
  readonly indexes: readonly string[];
  /**
   * Existing indexes to be imagined away.
   *
   * @maxItems 20
   */
  readonly without?: readonly string[];
}

export interface WhatIfResult {
  readonly statements: readonly {
    readonly fingerprint: string;
    readonly text: string;
    readonly calls: number;
    readonly before: Figure;
    readonly after: Figure;
    readonly usesIndexes: readonly string[];
  }[];
  /** Time that these statements take in an hour. */
  readonly before: Figure;
  readonly after: Figure;
  readonly indexes: readonly { readonly definition: string; readonly size: Figure }[];
  /** What could not be costed, and why. */
  readonly leftOut: readonly string[];
}
