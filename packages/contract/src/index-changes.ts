import type { FieldsQuery, Figure, Instant, PageQuery, SourceHealth } from "./basics.ts";
import type { IndexSummary } from "./indexes.ts";

/** Something that happened to an index, and what came of it. */
export interface IndexChange {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly name: string;
  /** After the change; before it, of one that vanished. */
  readonly definition: string;
  readonly event: "appeared" | "became valid" | "changed" | "renamed" | "rebuilt" | "vanished";
  /** Its definition before, or its name, where that is what changed. */
  readonly previous: string | null;
  /** It happened between these. */
  readonly notBefore: Instant;
  readonly at: Instant;
  /** What StreamGate did; null where it was somebody else. */
  readonly act: IndexChangeAct | null;
  readonly size: Figure;
  /** Before the change; null value where there was none. */
  readonly sizeBefore: Figure;
  /** As it is now; null where it is gone. */
  readonly index: IndexSummary | null;
  /** Null where the change is none that could make anything faster or slower: another name, the same index built anew. */
  readonly effect: IndexEffect | null;
}

export interface IndexChangeAct {
  readonly recommendation: string;
  readonly target: string;
  readonly direction: "apply" | "revert";
  /** Who let it be done, or why it was taken back. */
  readonly reason: string;
}

/** Whether a change of an index did what it was for. */
export interface IndexEffect {
  readonly verdict:
    | "effective"
    | "no change"
    | "harmful"
    | "not used"
    | "invalid"
    | "too early"
    | "cannot tell";
  /** `verified`: windows of counters before and after it support the verdict; else why not is in the explanation. */
  readonly rung: "estimated" | "measured" | "verified";
  readonly explanation: string;
  /** What else may have had a part in it. */
  readonly caveats: readonly string[];
  /** The stretches that were compared; null where there were none. */
  readonly before: IndexEffectSpan | null;
  readonly after: IndexEffectSpan | null;
  /** What the statements that search by it took of each hour. */
  readonly timeBefore: Figure;
  readonly timeAfter: Figure;
  /** Since the change. */
  readonly scansPerHour: Figure;
  /** Time of the busiest statement that writes to the table, after ÷ before: above 1 it became slower. */
  readonly writers: Figure;
  /** What keeping it up to date costs in an hour, by the rows that were written. */
  readonly upkeep: Figure;
  /** Those that search by it, those that read or write its table beside; the most time first. */
  readonly statements: readonly IndexEffectStatement[];
}

export interface IndexEffectSpan {
  readonly from: Instant;
  readonly to: Instant;
  /** How many windows of counters there are in it. */
  readonly windows: number;
}

export interface IndexEffectStatement {
  readonly fingerprint: string;
  readonly text: string;
  /** Whether it searches by what leads the index, or else reads or writes its table. */
  readonly role: "target" | "reader" | "writer";
  readonly callsBefore: number;
  readonly callsAfter: number;
  readonly meanBefore: Figure;
  readonly meanAfter: Figure;
  /** Before ÷ after, what statements on other tables did in the meantime taken out; above 1 is faster. */
  readonly speedup: Figure;
}

export interface IndexChangesQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
  /** @maxLength 200 */
  readonly table?: string;
  /** @maxLength 200 */
  readonly search?: string;
}

export interface IndexChangeList {
  readonly items: readonly IndexChange[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}
