import type { Candidate } from "../candidates/candidate.ts";
import type { CostBook } from "./cost-book.ts";
import type { ResolvedChoiceOptions } from "./options.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** A candidate that the planner knows, with what keeping it costs. */
export interface Contender {
  readonly candidate: Candidate;
  readonly id: string;
  readonly table: string;
  readonly sizeBytes: number;
  readonly writeMsPerHour: number;
  /** Different values of the first key column, by the statistics. */
  readonly leadingDistinct: number;
}

/** What a step from one set of indexes to another changes, in milliseconds an hour. */
export interface Step {
  /** Time that statements save; negative where they lose. */
  readonly savedMs: number;
  /** `savedMs` less what writers and storage pay more. */
  readonly netMs: number;
  readonly addedBytes: number;
}

/** Puts a value on sets of indexes. */
export class ConfigurationValue {
  readonly #book: CostBook;
  readonly #weighed: readonly TracedStatement[];
  readonly #options: ResolvedChoiceOptions;
  #baseCosts: ReadonlyMap<string, number | Error> = new Map();

  constructor(book: CostBook, weighed: readonly TracedStatement[], options: ResolvedChoiceOptions) {
    this.#book = book;
    this.#weighed = weighed;
    this.#options = options;
  }

  /** Plans every statement with the indexes of today; must be called first. */
  async open(): Promise<void> {
    this.#baseCosts = await this.#book.costs(this.#weighed, []);
  }

  baseCost({ statement }: TracedStatement): number | null {
    const cost = this.#baseCosts.get(statement.fingerprint);
    return cost === undefined || cost instanceof Error || cost <= 0 ? null : cost;
  }

  touching(table: string): readonly TracedStatement[] {
    return this.#weighed.filter(({ tables }) => tables.has(table));
  }

  /** The change from one set to another, judged by `statements` only. */
  async step(
    before: readonly Contender[],
    after: readonly Contender[],
    statements: readonly TracedStatement[],
  ): Promise<Step> {
    const costsBefore = await this.#book.costs(statements, idsOf(before));
    const costsAfter = await this.#book.costs(statements, idsOf(after));
    let savedMs = 0;
    for (const traced of statements) {
      const base = this.baseCost(traced);
      const one = costsBefore.get(traced.statement.fingerprint);
      const other = costsAfter.get(traced.statement.fingerprint);
      if (base === null || typeof one !== "number" || typeof other !== "number") continue;
      if (this.isHelped(one, other) || this.isHelped(other, one)) {
        savedMs += (traced.msPerHour * (one - other)) / base;
      }
    }
    const addedBytes = sum(after, "sizeBytes") - sum(before, "sizeBytes");
    const addedWriteMs = sum(after, "writeMsPerHour") - sum(before, "writeMsPerHour");
    const rentMs = (addedBytes / 1024 ** 3) * this.#options.storageMsPerHourPerGigabyte;
    return { savedMs, netMs: savedMs - addedWriteMs - rentMs, addedBytes };
  }

  /** Whether a cost falls by more than the noise of an estimate. */
  isHelped(before: number, after: number): boolean {
    return before - after > before * this.#options.minimumShareOfStatement;
  }
}

function idsOf(contenders: readonly Contender[]): readonly string[] {
  return contenders.map(({ id }) => id);
}

function sum(contenders: readonly Contender[], key: "sizeBytes" | "writeMsPerHour"): number {
  return contenders.reduce((total, contender) => total + contender[key], 0);
}
