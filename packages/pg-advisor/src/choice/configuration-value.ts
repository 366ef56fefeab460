import type { Candidate } from "../candidates/candidate.ts";
import type { PlanBook } from "./book/plan-book.ts";
import type { Answer } from "./book/statement-plans.ts";
import { addWork, type PlanWork } from "./calibration/plan-work.ts";
import { modelledMs, type TimeModel } from "./calibration/time-model.ts";
import type { ResolvedChoiceOptions } from "./options.ts";
import type { TracedStatement } from "./weigh-statements.ts";
import type { IndexWriteCost } from "./write-rates.ts";

/** A candidate that the planner knows, with what keeping it costs. */
export interface Contender {
  readonly candidate: Candidate;
  readonly id: string;
  readonly table: string;
  readonly sizeBytes: number;
  readonly writeMsPerHour: number;
  readonly writeCost: IndexWriteCost;
  /** Different values of the first key column, by the statistics. */
  readonly leadingDistinct: number;
  /** Ids of existing indexes that this one would make superfluous. */
  readonly supersedes: readonly string[];
  /** Smallest saving for which it is worth a finding, in milliseconds an hour. */
  readonly leastSavedMs: number;
  /** The same beside an index that serves nearly the same searches. */
  readonly leastSavedBesideMs: number;
}

/** An existing index that may go once another one does all that it does. */
export interface Incumbent {
  readonly id: string;
  readonly table: string;
  readonly schema: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly writeMsPerHour: number;
}

/** What a step from one set of indexes to another changes, in milliseconds an hour. */
export interface Step {
  /** Time that statements save; negative where they lose. */
  readonly savedMs: number;
  /** `savedMs` less what writers and storage pay more. */
  readonly netMs: number;
  readonly addedBytes: number;
}

export interface ConfigurationValueParts {
  readonly book: PlanBook;
  readonly weighed: readonly TracedStatement[];
  readonly incumbents: readonly Incumbent[];
  readonly options: ResolvedChoiceOptions;
}

/** Puts a value on sets of indexes, in time. */
export class ConfigurationValue {
  readonly book: PlanBook;
  readonly weighed: readonly TracedStatement[];
  readonly #options: ResolvedChoiceOptions;
  readonly #incumbents: ReadonlyMap<string, Incumbent>;
  readonly #byTable = new Map<string, TracedStatement[]>();
  #model: TimeModel | null = null;

  constructor({ book, weighed, incumbents, options }: ConfigurationValueParts) {
    this.book = book;
    this.weighed = weighed;
    this.#options = options;
    this.#incumbents = new Map(incumbents.map((one) => [one.id, one]));
    for (const traced of weighed) {
      for (const table of traced.tables) {
        const known = this.#byTable.get(table);
        if (known === undefined) this.#byTable.set(table, [traced]);
        else known.push(traced);
      }
    }
  }

  /** Plans every statement with the indexes of today, and says how long costs take from then on; must be called first. */
  async open(fit: (value: ConfigurationValue) => TimeModel): Promise<TimeModel> {
    await this.book.ask(this.weighed.map((traced) => this.question(traced, [])));
    this.#model = fit(this);
    return this.#model;
  }

  /** The plans of today; null where the statement cannot be planned. */
  base(traced: TracedStatement): Answer | null {
    const answer = this.book.answer(this.question(traced, []));
    return answer === undefined || answer instanceof Error || answer.cost <= 0 ? null : answer;
  }

  touching(table: string): readonly TracedStatement[] {
    return this.#byTable.get(table) ?? [];
  }

  /** The statements that an index of the set could concern, each once. */
  touchedBy(contenders: readonly Contender[]): readonly TracedStatement[] {
    const tables = new Set(contenders.map(({ table }) => table));
    return [...new Set([...tables].flatMap((table) => this.touching(table)))];
  }

  question(
    traced: TracedStatement,
    contenders: readonly Contender[],
    without: readonly string[] = [],
  ): { readonly traced: TracedStatement; readonly present: readonly string[] } {
    const standing = [...this.#incumbents.keys()].filter((id) => !without.includes(id));
    return { traced, present: [...standing, ...contenders.map(({ id }) => id)] };
  }

  /**
   * The change from one set to another, judged by `statements` only. Where plans or time are used up and it need not finish, what is not
   * known counts as no saving.
   */
  async step(
    before: readonly Contender[],
    after: readonly Contender[],
    statements: readonly TracedStatement[],
    mustFinish = true,
  ): Promise<Step> {
    await this.book.ask(
      statements.flatMap((traced) => [this.question(traced, before), this.question(traced, after)]),
      mustFinish,
    );
    let savedMs = 0;
    for (const traced of statements)
      savedMs += this.savedMs(traced, after) - this.savedMs(traced, before);
    const addedBytes = bytesOf(after) - bytesOf(before);
    return {
      savedMs,
      netMs: savedMs - this.#upkeepMs(after) + this.#upkeepMs(before),
      addedBytes,
    };
  }

  /** What a statement saves an hour with these indexes, as far as it is known; changes within the noise of an estimate count as none. */
  savedMs(traced: TracedStatement, contenders: readonly Contender[]): number {
    const ratio = this.ratio(traced, contenders);
    const isNoise = Math.abs(1 - ratio) <= this.#options.minimumShareOfStatement;
    return isNoise ? 0 : traced.msPerHour * (1 - ratio);
  }

  /** The share of its time that a statement would take with these indexes, guesses held against it; 1 where it is not known. */
  ratio(
    traced: TracedStatement,
    contenders: readonly Contender[],
    without: readonly string[] = [],
  ): number {
    const base = this.base(traced);
    const answer = this.book.answer(this.question(traced, contenders, without));
    if (base === null || answer === undefined || answer instanceof Error) return 1;
    const baseMs = modelledMs(this.model, base.anatomy.work);
    return baseMs > 0 ? modelledMs(this.model, guardedWork(base, answer)) / baseMs : 1;
  }

  get model(): TimeModel {
    if (this.#model === null) throw new Error("the value was not opened");
    return this.#model;
  }

  /** The existing indexes that these make superfluous. */
  supersededBy(contenders: readonly Contender[]): readonly Incumbent[] {
    const ids = new Set(contenders.flatMap(({ supersedes }) => supersedes));
    return [...ids].flatMap((id) => this.#incumbents.get(id) ?? []);
  }

  /** What writers and storage pay for a set, less what the existing ones cost that it makes superfluous. */
  #upkeepMs(contenders: readonly Contender[]): number {
    const relieved = this.supersededBy(contenders);
    return (
      contenders.reduce((total, one) => total + this.upkeepOf(one), 0) -
      relieved.reduce((total, one) => total + this.upkeepOf(one), 0)
    );
  }

  upkeepOf({ sizeBytes, writeMsPerHour }: Contender | Incumbent): number {
    const rentMs = (sizeBytes / 1024 ** 3) * this.#options.storageMsPerHourPerGigabyte;
    return writeMsPerHour + rentMs;
  }

  /** Whether a time falls by more than the noise of an estimate. */
  isHelped(before: number, after: number): boolean {
    return before - after > before * this.#options.minimumShareOfStatement;
  }
}

/** The work of a plan, as if every new loop whose rounds are guessed ran as often as it may. */
export function guardedWork(base: Answer, answer: Answer): PlanWork {
  const known = new Set(base.anatomy.loops.map(({ signature }) => signature));
  return answer.anatomy.loops
    .filter(({ signature }) => !known.has(signature))
    .reduce((work, { extra }) => addWork(work, extra), answer.anatomy.work);
}

/** Size of indexes together. */
export function bytesOf(contenders: readonly Contender[]): number {
  return contenders.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}
