/** A better way that the statement alone cannot go: the code that sends it must change with it. */
export interface CallerAdvice {
  readonly kind: "keyset page" | "list as array" | "rows as arrays";
  /** The statement to send then. */
  readonly text: string;
  /** What the caller must do otherwise. */
  readonly callerMust: string;
}
