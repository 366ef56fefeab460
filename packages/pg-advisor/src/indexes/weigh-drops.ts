import { formatByteSize } from "@streamgate/core";
import { keyOf, qualify } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { Twin } from "../what-if/twin/twin.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { Workload } from "../workload/workload.ts";
import { type DropReason, differenceReason } from "./drop-reasons.ts";
import {
  type DuplicateIndex,
  findDuplicateIndexes,
  findNoDuplicates,
} from "./duplicate-indexes.ts";
import { bloatOf, isWorthRebuilding, type MeasuredBloat } from "./fragmented-indexes.ts";
import type { Cover } from "./index-cover.ts";
import type { IndexPortrait } from "./index-portrait.ts";
import type { IndexVerdict, Refusal } from "./index-verdict.ts";
import { findInvalidIndexes } from "./invalid-indexes.ts";
import { LossPlanner, type LossReport, type StatementLoss } from "./loss-without.ts";
import { mentions } from "./mentions.ts";
import { createNameSearch, type NameSearch } from "./name-search.ts";
import { findUnusedIndexes, type UsageContext, type WatchedIndex } from "./unused-indexes.ts";

/** All that is known when it is decided which indexes go. */
export interface WeighDropsInput {
  readonly watched: readonly WatchedIndex[];
  readonly usage: UsageContext;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  /** A world that lacks an index or its table, as `skipped` tells, says nothing of a drop. */
  readonly whatIf: Pick<WhatIf, "planMany"> & Partial<Pick<Twin, "skipped">>;
  /** What pgstatindex counted, by the index's address. */
  readonly measured?: ReadonlyMap<string, MeasuredBloat>;
}

/** What has no reader may cost none of them anything; what another index does, a little: that one is larger. */
const TOLERANCE = { unused: 1, duplicate: 1.05 } as const;

/**
 * A verdict for each index: invalid ones first, then of two that do the same the one that may go, then what nobody uses; what stays and
 * wastes space is built anew. A drop is believed only after the whole workload was planned without this index and all that go before it.
 */
export async function weighDrops(input: WeighDropsInput): Promise<readonly IndexVerdict[]> {
  const weighing = new Weighing(input);
  weighing.settleInvalid();
  await weighing.settleDuplicates();
  await weighing.settleUnused();
  return weighing.settleTheRest();
}

class Weighing {
  readonly #input: WeighDropsInput;
  readonly #portraits: readonly IndexPortrait[];
  readonly #planner: LossPlanner;
  readonly #names: NameSearch;
  readonly #verdicts = new Map<string, IndexVerdict>();
  readonly #refusals = new Map<string, Refusal[]>();
  readonly #scans: ReadonlyMap<string, number>;
  readonly #gone: RelationName[] = [];
  /** Indexes that will be scanned in the place of one that goes. */
  readonly #takesOver = new Map<string, RelationName>();

  constructor(input: WeighDropsInput) {
    this.#input = input;
    this.#portraits = input.watched.map(({ portrait }) => portrait);
    this.#planner = new LossPlanner(input);
    this.#names = createNameSearch(input);
    this.#scans = new Map(
      input.watched.map(({ portrait, scansSeen, scansCounted }) => [
        keyOf(portrait.index),
        Math.max(scansSeen, scansCounted),
      ]),
    );
  }

  settleInvalid(): void {
    for (const { portrait, remedy, reason } of findInvalidIndexes(this.#portraits)) {
      if (remedy === "drop")
        this.#settle({
          action: "drop",
          portrait,
          problem: "index/invalid",
          because: reason,
          caveats: [],
          kept: null,
        });
      else if (remedy === "rebuild")
        this.#settle({
          action: "rebuild",
          portrait,
          problem: "index/invalid",
          because: reason,
          bloat: null,
        });
      else {
        const isBeingBuilt = portrait.isBeingBuilt === true;
        this.#refuse(portrait, isBeingBuilt ? "being-built" : "lacks-a-partition", reason);
      }
    }
  }

  async settleDuplicates(): Promise<void> {
    for (const found of findDuplicateIndexes(this.#portraits)) {
      const { superfluous, kept } = found;
      if (!(await this.#mayGo(superfluous, TOLERANCE.duplicate))) continue;
      this.#settle({
        action: "drop",
        portrait: superfluous,
        problem: found.cover === "same" ? "index/duplicate" : "index/redundant",
        because: `${coverInWords(found)}; that one is kept: ${found.why}`,
        caveats: found.caveats,
        kept,
      });
      if ((this.#scans.get(keyOf(superfluous.index)) ?? 0) > 0)
        this.#takesOver.set(keyOf(kept.index), superfluous.index);
    }
    for (const { index, other, difference } of findNoDuplicates(this.#portraits))
      this.#refuse(
        index,
        differenceReason(difference),
        `it looks like ${qualify(other.index)}, and differs in its ${difference}`,
      );
  }

  async settleUnused(): Promise<void> {
    const { unused, declined } = findUnusedIndexes(this.#input.watched, this.#input.usage);
    const byName = new Map(this.#portraits.map((portrait) => [qualify(portrait.index), portrait]));
    for (const { candidate, reason, explanation } of declined) {
      const portrait = byName.get(candidate);
      if (portrait !== undefined) this.#refuse(portrait, reason as DropReason, explanation);
    }
    for (const { watched, reason, caveats, doubt } of unused) {
      const { portrait } = watched;
      if (this.#verdicts.has(keyOf(portrait.index))) continue;
      if (doubt !== null) this.#refuse(portrait, doubt.reason, doubt.explanation);
      const heirOf = this.#takesOver.get(keyOf(portrait.index));
      if (heirOf !== undefined)
        this.#refuse(
          portrait,
          "takes-over",
          `it takes over the scans of ${qualify(heirOf)}, which goes`,
        );
      if (doubt !== null || heirOf !== undefined) continue;
      if (!(await this.#mayGo(portrait, TOLERANCE.unused))) continue;
      this.#settle({
        action: "drop",
        portrait,
        problem: "index/unused",
        because: reason,
        caveats,
        kept: null,
      });
    }
  }

  settleTheRest(): readonly IndexVerdict[] {
    for (const portrait of this.#portraits) {
      const key = keyOf(portrait.index);
      if (this.#verdicts.has(key)) continue;
      this.#settle(this.#rebuildOf(portrait) ?? this.#keep(portrait));
    }
    return [...this.#verdicts.values()];
  }

  #rebuildOf(portrait: IndexPortrait): IndexVerdict | null {
    const { index } = portrait;
    if (!index.isValid) return null;
    const { measured, usage } = this.#input;
    const bloat = bloatOf(portrait, measured?.get(keyOf(index)) ?? null, usage.nowMs);
    if (bloat === null || !isWorthRebuilding(bloat.share, index.sizeBytes, bloat.error))
      return null;
    const percent = Math.round(bloat.share * 100);
    const freed = formatByteSize(bloat.share * index.sizeBytes);
    const doubt = bloat.error === 0 ? "" : ` (± ${Math.round(bloat.error * 100)} points)`;
    return {
      action: "rebuild",
      portrait,
      problem: "index/bloated",
      because: `${bloat.rung === "measured" ? "a measured" : "an estimated"} ${percent} %${doubt} of it, ${freed}, is free space`,
      bloat,
    };
  }

  #keep(portrait: IndexPortrait): IndexVerdict {
    const key = keyOf(portrait.index);
    const refusals = [...(this.#refusals.get(key) ?? [])];
    if (portrait.index.parent !== null)
      refusals.unshift({
        reason: "partition",
        explanation: `it is a part of ${qualify(portrait.index.parent)}, and goes with it or not at all`,
      });
    const scans = this.#scans.get(key) ?? 0;
    if (scans > 0)
      refusals.push({ reason: "scanned", explanation: `it was scanned ${scans} times` });
    return { action: "keep", portrait, refusals };
  }

  /** Whether nobody names it and no statement loses; what does, is noted as the refusal. */
  async #mayGo(portrait: IndexPortrait, tolerance: number): Promise<boolean> {
    const { index } = portrait;
    const named = this.#names.find(index.name);
    if (named !== null) {
      this.#refuse(portrait, named.reason, named.explanation);
      return false;
    }
    const lacking = this.#input.whatIf.skipped?.find(
      ({ object }) =>
        !object.startsWith("candidate ") &&
        mentions(object, index.schema) &&
        [index, index.table].some(({ name }) => mentions(object, name)),
    );
    if (lacking !== undefined) {
      const explanation = `the twin is without ${lacking.object} (${lacking.reason}), and so cannot tell who needs it`;
      this.#refuse(portrait, "statement-not-planned", explanation);
      return false;
    }
    const absent = [...this.#gone, { schema: index.schema, name: index.name }];
    const report = await this.#planner.without(index.table, absent, tolerance);
    const refusal = refusalOf(report);
    if (refusal === null) return true;
    this.#refuse(portrait, refusal.reason, refusal.explanation);
    return false;
  }

  #settle(verdict: IndexVerdict): void {
    const { index } = verdict.portrait;
    this.#verdicts.set(keyOf(index), verdict);
    if (verdict.action === "drop" && index.isValid)
      this.#gone.push({ schema: index.schema, name: index.name });
  }

  #refuse({ index }: IndexPortrait, reason: DropReason, explanation: string): void {
    const key = keyOf(index);
    const refusals = this.#refusals.get(key) ?? [];
    if (refusals.every((one) => one.reason !== reason)) refusals.push({ reason, explanation });
    this.#refusals.set(key, refusals);
  }
}

function refusalOf({ losses, unplanned }: LossReport): Refusal | null {
  const [worst] = losses;
  if (worst !== undefined) return { reason: reasonOf(worst), explanation: explain(worst) };
  const [unknown] = unplanned;
  if (unknown === undefined) return null;
  return {
    reason: "statement-not-planned",
    explanation: `a statement on its table cannot be planned on the twin (${unknown.why}): ${cut(unknown.text)}`,
  };
}

function reasonOf({ kind }: StatementLoss): DropReason {
  switch (kind) {
    case "costs more":
      return "statement-loses";
    case "cannot be planned":
      return "on-conflict";
    case "estimated otherwise":
      return "estimates-change";
  }
}

function explain({ statement, kind, costBefore, costAfter }: StatementLoss): string {
  const text = cut(statement.text);
  switch (kind) {
    case "costs more":
      return `an estimated cost of ${costBefore.toFixed(0)} would become ${costAfter.toFixed(0)} for: ${text}`;
    case "cannot be planned":
      return `without it this is an error: ${text}`;
    case "estimated otherwise":
      return `its statistics or its promise, not its entries, shape the plan of: ${text}`;
  }
}

function cut(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 119)}…`;
}

function coverInWords({ kept, cover }: DuplicateIndex): string {
  const other = qualify(kept.index);
  const words: Readonly<Record<Cover, string>> = {
    same: `${other} is the same but for its name`,
    prefix: `its keys lead those of ${other}, which serves the same searches`,
    more: `${other} has the same keys and does more besides`,
    wider: `${other} has the same keys and all its rows, and is hardly larger`,
  };
  return words[cover];
}
