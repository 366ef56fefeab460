import { statementRefused } from "../errors.ts";
import type { StatementText } from "../statement/statement-text.ts";
import { withPlaceholders } from "../statement/substitute-values.ts";
import type { PlanningSession } from "./planning-session.ts";

const STATEMENTS_KEPT = 10_000;

/** The parameter types of statements, each asked for once. */
export class ParameterTypes {
  readonly #types = new Map<string, readonly string[] | Error>();

  /** Asks for those that are not known yet, in one round trip. */
  async learn(
    session: PlanningSession,
    statements: readonly (StatementText | Error)[],
  ): Promise<void> {
    if (this.#types.size > STATEMENTS_KEPT) this.#types.clear();
    const unknown = new Map<string, string>();
    for (const statement of statements) {
      if (statement instanceof Error || this.#types.has(statement.text)) continue;
      if (statement.placeholders.length === 0) this.#types.set(statement.text, []);
      else unknown.set(statement.text, withPlaceholders(statement));
    }
    if (unknown.size === 0) return;
    const answers = await session.parameterTypes([...unknown.values()]);
    for (const [position, text] of [...unknown.keys()].entries()) {
      this.#types.set(text, answers[position] ?? statementRefused("no answer"));
    }
  }

  /** @throws why the statement of that text has no known types */
  of(text: string): readonly string[] {
    const types =
      this.#types.get(text) ?? statementRefused("its parameter types were not asked for");
    if (types instanceof Error) throw types;
    return types;
  }
}
