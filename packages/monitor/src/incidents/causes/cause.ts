/** Something that may have caused an incident, and why it is thought so. */
export interface Cause {
  readonly kind: "change" | "alert" | "finding";
  /** Of the change, the alert or the finding. */
  readonly id: string;
  readonly summary: string;
  readonly atMs: number;
  /** 0 to 1: for the order, not a probability. */
  readonly score: number;
  /** The evidence in one sentence, with its figures. */
  readonly reason: string;
}
