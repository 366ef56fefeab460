import pg from "pg";
import { parsePlan } from "../../plans/parse-plan.ts";
import type { PlanNode } from "../../plans/plan.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { Setting } from "../../snapshot/snapshot.ts";
import { statementNotPlanned } from "../errors.ts";
import type { Absences } from "./absences.ts";
import { applySettings } from "./planner-settings.ts";
import {
  CREATE_PLANNING_FUNCTIONS,
  EXPLAIN_EACH,
  PARAMETER_TYPES_OF_EACH,
} from "./planning-functions.ts";

/** Indexes of the twin, by oid, that the planner shall see or not, for one question. */
export interface IndexSwitches {
  readonly shown: readonly number[];
  readonly hidden: readonly number[];
}

/** A statement to be explained, its values in place. */
export interface ExplainRequest {
  readonly text: string;
  /** Whether placeholders are left in it. */
  readonly isGeneric: boolean;
}

const STATEMENT_TIMEOUT_MS = 60_000;
const STATEMENTS_A_ROUND_TRIP = 256;

/** A connection to the twin that plans as a session of the watched database would. */
export class PlanningSession {
  readonly #client: pg.Client;
  readonly #absences: Absences;
  /** Settings of the watched database that the twin does not know. */
  readonly skipped: readonly SkippedObject[];

  private constructor(client: pg.Client, absences: Absences, skipped: readonly SkippedObject[]) {
    this.#client = client;
    this.#absences = absences;
    this.skipped = skipped;
  }

  static async open(
    url: string,
    settings: readonly Setting[],
    absences: Absences,
  ): Promise<PlanningSession> {
    const client = new pg.Client({
      connectionString: url,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    });
    client.on("error", ignoreLostConnection);
    await client.connect();
    const skipped = await applySettings(client, settings);
    await client.query(CREATE_PLANNING_FUNCTIONS);
    return new PlanningSession(client, absences, skipped);
  }

  /** The parameter types of each statement, or why it cannot be planned. Statements are only analysed. */
  async parameterTypes(
    statements: readonly string[],
  ): Promise<readonly (readonly string[] | Error)[]> {
    const { rows } = await this.#client.query<TypesRow>(PARAMETER_TYPES_OF_EACH, [statements]);
    return rows.map(({ types, problem, state }) => types ?? this.#notPlanned(problem, state));
  }

  /** The plan of each statement with these indexes, or why there is none. */
  async explain(
    requests: readonly ExplainRequest[],
    switches: IndexSwitches,
  ): Promise<readonly (PlanNode | Error)[]> {
    const plans: (PlanNode | Error)[] = [];
    await this.#client.query(beginWith(switches));
    try {
      for (let start = 0; start < requests.length; start += STATEMENTS_A_ROUND_TRIP) {
        const batch = requests.slice(start, start + STATEMENTS_A_ROUND_TRIP).map(explainText);
        const { rows } = await this.#client.query<PlanRow>(EXPLAIN_EACH, [batch]);
        plans.push(
          ...rows.map(({ plan, problem, state }) =>
            plan === null ? this.#notPlanned(problem, state) : parsePlan(plan),
          ),
        );
      }
    } finally {
      await this.#client.query("rollback");
    }
    return plans;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  /** With what is known of why, where the twin lacks something. */
  #notPlanned(problem: string | null, sqlState: string | null): Error {
    const [happened, state] = [problem ?? "no answer", sqlState ?? "unknown"];
    return statementNotPlanned(`${happened}${this.#absences.explain(happened, state)}`, state);
  }
}

interface PlanRow {
  readonly plan: string | null;
  readonly problem: string | null;
  readonly state: string | null;
}

interface TypesRow {
  readonly types: readonly string[] | null;
  readonly problem: string | null;
  readonly state: string | null;
}

/** The planner leaves out indexes that are not valid. After the switch the transaction cannot write. */
function beginWith({ shown, hidden }: IndexSwitches): string {
  const isAsItIs = shown.length + hidden.length === 0;
  const switchIndexes = `select streamgate_twin.switch_indexes(${arrayOf(shown)}, ${arrayOf(hidden)}); `;
  return `begin; ${isAsItIs ? "" : switchIndexes}set transaction read only`;
}

function arrayOf(oids: readonly number[]): string {
  return `'{${oids.join(",")}}'`;
}

function explainText({ text, isGeneric }: ExplainRequest): string {
  return `explain (format json, verbose${isGeneric ? ", generic_plan" : ""}) ${text}`;
}

/** The server's end is noticed by the next question. */
function ignoreLostConnection(): void {}
