import type { FindingKind } from "@streamgate/core";
import type { Frame } from "../requests/traced-request.ts";
import type { Placeholder } from "../statements/placeholders.ts";
import type { StatementForm } from "../statements/statement-form.ts";
import type { AnalysedRequest } from "./analysed-request.ts";

/** A problem as one request shows it. */
export interface Observation {
  readonly kind: FindingKind;
  /** The statement that it is about. */
  readonly form: StatementForm;
  /** One call of it as it was sent, with its parameters. */
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Where the program asks, innermost frame first; empty where that is not known. */
  readonly site: readonly Frame[];
  /** Calls that belong to the problem. */
  readonly calls: number;
  /** Their time, in milliseconds. */
  readonly totalMs: number;
  /** Estimated: what the request would have waited less. */
  readonly savedMs: number;
  /** What was seen, without the name of the request and without a full stop. */
  readonly summary: string;
  readonly remedy: string;
  /** The places of `sql` whose values change from call to call. */
  readonly varying?: readonly Placeholder[];
  /** The columns of its result that anybody looked at. */
  readonly columnsRead?: readonly string[];
}

/** What all requests of a name show together. */
export interface NamedObservation {
  readonly name: string;
  readonly observation: Observation;
}

/** Finds one kind of problem in a request. */
export type Rule = (request: AnalysedRequest) => readonly Observation[];
