import type { TracedRequest, TracedStatement } from "../requests/traced-request.ts";
import { type Placeholder, placeholdersOf } from "../statements/placeholders.ts";
import { FormCache, type StatementForm } from "../statements/statement-form.ts";
import { TwoHalves } from "../statements/two-halves.ts";

const MOST_TEXTS = 2_000;

/** One call with what its text tells. */
export interface Call {
  /** Place in the request. */
  readonly index: number;
  readonly statement: TracedStatement;
  readonly form: StatementForm;
  /** The transaction that it ran in, begin and end included; undefined outside. */
  readonly transaction: number | undefined;
}

/** A request with its calls understood. */
export interface AnalysedRequest {
  readonly request: TracedRequest;
  readonly calls: readonly Call[];
  placeholdersOf(call: Call): readonly Placeholder[];
}

/** Understands requests; what it learnt of a text serves the next request. */
export class RequestReader {
  private readonly forms = new FormCache();
  private readonly places = new TwoHalves<readonly Placeholder[]>(MOST_TEXTS);

  read(request: TracedRequest): AnalysedRequest {
    const transactions = new Transactions();
    const calls = request.statements.map((statement, index) => {
      const form = this.forms.formOf(statement.sql);
      return { index, statement, form, transaction: transactions.of(statement, form) };
    });
    return { request, calls, placeholdersOf: ({ statement: { sql } }) => this.placesOf(sql) };
  }

  private placesOf(sql: string): readonly Placeholder[] {
    const known = this.places.get(sql);
    if (known !== undefined) return known;
    const places = placeholdersOf(sql);
    this.places.set(sql, places);
    return places;
  }
}

/** Which transaction is open on which connection. */
class Transactions {
  private readonly open = new Map<number | undefined, number>();
  private begun = 0;

  of(statement: TracedStatement, form: StatementForm): number | undefined {
    const { connection } = statement;
    const step = form.facts.transactionStep;
    if (step === "begin" && statement.error === undefined) {
      this.begun += 1;
      this.open.set(connection, this.begun);
    }
    const transaction = this.open.get(connection);
    if (step === "end") this.open.delete(connection);
    return transaction;
  }
}
