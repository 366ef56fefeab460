import type { ParameterSample } from "../../workload/workload.ts";
import { statementRefused } from "../errors.ts";
import { StatementReader } from "../statement/statement-reader.ts";
import { substituteValues, withPlaceholders } from "../statement/substitute-values.ts";
import { ParameterTypes } from "./parameter-types.ts";
import type { ExplainRequest, PlanningSession } from "./planning-session.ts";

/** A statement, and the values that it shall be planned with. */
export interface PlanRequest {
  readonly text: string;
  readonly sample: ParameterSample | "generic";
}

/** Turns statements and samples into texts to explain; remembers what it learned of each statement. */
export class ExplainRequests {
  readonly #statements = new StatementReader();
  readonly #types = new ParameterTypes();

  /** One answer a request, in the same order: what to explain, or why it cannot be. */
  async prepare(
    session: PlanningSession,
    requests: readonly PlanRequest[],
  ): Promise<readonly (ExplainRequest | Error)[]> {
    await this.#statements.readAll(requests.map(({ text }) => text));
    const withValues = requests.filter(({ sample }) => sample !== "generic");
    await this.#types.learn(
      session,
      withValues.map(({ text }) => this.#statements.get(text)),
    );
    return requests.map((request) => this.#toExplain(request));
  }

  /** @throws why the text cannot be planned */
  async parameterTypes(session: PlanningSession, text: string): Promise<readonly string[]> {
    await this.#statements.readAll([text]);
    const statement = this.#statements.get(text);
    if (statement instanceof Error) throw statement;
    await this.#types.learn(session, [statement]);
    return this.#types.of(text);
  }

  #toExplain({ text, sample }: PlanRequest): ExplainRequest | Error {
    const statement = this.#statements.get(text);
    if (statement instanceof Error) return statement;
    if (sample === "generic") return { text: withPlaceholders(statement), isGeneric: true };
    try {
      const types = this.#types.of(text);
      return { text: substituteValues(statement, types, sample.values), isGeneric: false };
    } catch (error) {
      return error instanceof Error ? error : statementRefused(String(error));
    }
  }
}
