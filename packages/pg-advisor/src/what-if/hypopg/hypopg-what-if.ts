import { messageOf } from "@streamgate/core";
import type { Candidate } from "../../candidates/candidate.ts";
import type { PlanNode } from "../../plans/plan.ts";
import type { ExtensionFacts, RelationName } from "../../snapshot/snapshot.ts";
import { candidateUnknown, hypopgExhausted } from "../errors.ts";
import { planOne } from "../plan-one.ts";
import { StatementReader } from "../statement/statement-reader.ts";
import type { StatementText } from "../statement/statement-text.ts";
import { substituteValues, withPlaceholders } from "../statement/substitute-values.ts";
import type { PlanRequest } from "../twin/explain-requests.ts";
import { LeafTables } from "../twin/leaf-tables.ts";
import { Turns } from "../twin/turns.ts";
import type { Configuration, WhatIf } from "../what-if.ts";
import { HYPOPG_DEFAULTS, type HypopgOptions } from "./hypopg-options.ts";
import { HypopgSession, type PlanningTransaction } from "./hypopg-session.ts";
import { HypotheticalIndexes, type HypotheticalWorld } from "./hypothetical-indexes.ts";
import { HypotheticalSizes } from "./hypothetical-size.ts";

/** A candidate as HypoPG took it, or why it did not. */
type Defined =
  | { readonly candidate: Candidate; readonly bytes: number }
  | { readonly candidate: Candidate; readonly problem: string };

/**
 * Plans statements on the watched server itself, with indexes that the extension HypoPG pretends to one session: nothing is executed, nothing
 * is written, and nothing is left. One question at a time.
 */
export class HypopgWhatIf implements WhatIf {
  readonly name = "hypopg";
  readonly #session: HypopgSession;
  readonly #indexes: HypotheticalIndexes;
  readonly #sizes: HypotheticalSizes;
  readonly #statements = new StatementReader();
  readonly #types = new Map<string, readonly string[] | Error>();
  readonly #defined = new Map<string, Defined>();
  readonly #turns = new Turns();
  readonly #context: HypopgOptions["context"];
  readonly #plansAtMost: number;
  #plans = 0;

  constructor(extension: ExtensionFacts, options: HypopgOptions) {
    const leafTables = new LeafTables(options.snapshot);
    this.#session = new HypopgSession(options);
    this.#indexes = new HypotheticalIndexes(extension, leafTables);
    this.#sizes = new HypotheticalSizes(options.snapshot, leafTables);
    this.#context = options.context;
    this.#plansAtMost = options.plansAtMost ?? HYPOPG_DEFAULTS.plansAtMost;
  }

  parameterTypes(text: string): Promise<readonly string[]> {
    return this.#inTurn(async (transaction) => this.#typesOf(transaction, await this.#read(text)));
  }

  define(candidates: readonly Candidate[]): Promise<void> {
    const unknown = candidates.filter(({ id }) => !this.#defined.has(id));
    if (unknown.length === 0) return Promise.resolve();
    return this.#inTurn(async (transaction) => {
      for (const candidate of unknown)
        this.#defined.set(candidate.id, await this.#try(transaction, candidate));
    }).catch((error: unknown) => {
      this.#context.signal.throwIfAborted();
      const problem = messageOf(error);
      for (const candidate of unknown) this.#defined.set(candidate.id, { candidate, problem });
    });
  }

  isDefined(candidateId: string): boolean {
    return this.#defined.has(candidateId);
  }

  indexNames(candidateId: string): readonly RelationName[] {
    const { candidate } = this.#made(candidateId);
    return [{ schema: candidate.definition.table.schema, name: candidateId }];
  }

  sizeBytes(candidateId: string): number {
    return this.#made(candidateId).bytes;
  }

  plan(
    text: string,
    sample: PlanRequest["sample"],
    configuration: Configuration,
  ): Promise<PlanNode> {
    return planOne(this, { text, sample }, configuration);
  }

  /**
   * A candidate that HypoPG could not make (GIN and GiST are none of its methods) is not there for it. Where the server is not to be had,
   * every statement has that for an answer: the advice on all others does not end with it.
   */
  planMany(
    requests: readonly PlanRequest[],
    { present, absent }: Configuration,
  ): Promise<readonly (PlanNode | Error)[]> {
    const pretended = present.flatMap((id) => {
      const defined = this.#defined.get(id);
      if (defined === undefined) throw candidateUnknown(id);
      return "problem" in defined ? [] : [{ id, definition: defined.candidate.definition }];
    });
    return this.#inTurn((transaction) =>
      this.#indexes.pretend(transaction, { present: pretended, absent }, async (world) => {
        const answers: (PlanNode | Error)[] = [];
        for (const request of requests)
          answers.push(await this.#answer(transaction, world, request).catch(errorOf));
        return answers;
      }),
    ).catch((error: unknown) => {
      this.#context.signal.throwIfAborted();
      return requests.map(() => errorOf(error));
    });
  }

  close(): Promise<void> {
    return this.#turns.take(() => this.#session.close());
  }

  async #answer(
    transaction: PlanningTransaction,
    world: HypotheticalWorld,
    { text, sample }: PlanRequest,
  ): Promise<PlanNode> {
    if (this.#plans >= this.#plansAtMost) throw hypopgExhausted(this.#plansAtMost);
    this.#plans += 1;
    const statement = await this.#read(text);
    if (sample === "generic") {
      const { placeholders } = statement;
      const count = placeholders.reduce((most, number) => Math.max(most, number), 0);
      const generic = await transaction.explainGenerically(withPlaceholders(statement), count);
      return world.read(generic);
    }
    const types = await this.#typesOf(transaction, statement);
    return world.read(await transaction.explain(substituteValues(statement, types, sample.values)));
  }

  async #read(text: string): Promise<StatementText> {
    await this.#statements.readAll([text]);
    const statement = this.#statements.get(text);
    if (statement instanceof Error) throw statement;
    return statement;
  }

  async #typesOf(
    transaction: PlanningTransaction,
    statement: StatementText,
  ): Promise<readonly string[]> {
    const { text, placeholders } = statement;
    // Without parameters, too, it is asked for: the answer says whether the statement can be planned at all.
    const known =
      this.#types.get(text) ??
      (await transaction.parameterTypes(withPlaceholders(statement)).catch(errorOf));
    this.#types.set(text, known);
    if (known instanceof Error) throw known;
    return placeholders.length === 0 ? [] : known;
  }

  async #try(transaction: PlanningTransaction, candidate: Candidate): Promise<Defined> {
    const { definition } = candidate;
    try {
      const ofHypopg = await this.#indexes.bytesOf(transaction, definition);
      return {
        candidate,
        bytes: (await this.#sizes.bytesOf(transaction, definition)) ?? ofHypopg,
      };
    } catch (error) {
      return { candidate, problem: messageOf(error) };
    }
  }

  #made(id: string): Extract<Defined, { readonly bytes: number }> {
    const defined = this.#defined.get(id);
    if (defined === undefined) throw candidateUnknown(id);
    if ("problem" in defined) throw candidateUnknown(id, defined.problem);
    return defined;
  }

  #inTurn<Answer>(work: (transaction: PlanningTransaction) => Promise<Answer>): Promise<Answer> {
    return this.#turns.take(() => this.#session.inTransaction(work));
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(messageOf(error));
}
