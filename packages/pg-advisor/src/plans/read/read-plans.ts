import { StreamGateError } from "@streamgate/core";
import { planTooLong, planUnreadable } from "../errors.ts";
import { buildPlan } from "../tree/build-plan.ts";
import type { ExplainedPlan, Properties } from "../tree/explained-plan.ts";
import { isProperties } from "../tree/read-properties.ts";
import { cleanText } from "./clean-text.ts";
import { cutJson } from "./cut-json.ts";
import { entriesOfLog, isLogWithPlans } from "./log/log-entries.ts";
import { stripDecorations } from "./strip-decorations.ts";
import { readTextPlan } from "./text/read-text-plan.ts";

/** More than a plan has, and less than would trouble the process that reads it. */
const MOST_CHARACTERS = 32 * 1024 * 1024;

/**
 * Every plan in a text, pasted from anywhere: what EXPLAIN returned as text or JSON, with or without psql's borders and line ends
 * marked `+`, with the statement and other words around it, or what auto_explain wrote to a log (stderr, csvlog, jsonlog, syslog).
 * Majors 14 to 18.
 *
 * @returns at least one plan, in the order of the text; the last one's warnings tell of others that could not be read
 * @throws StreamGateError `SG_PG_PLAN_UNREADABLE` where there is none, `SG_PG_PLAN_TRUNCATED` where its end is missing,
 * `SG_PG_PLAN_TOO_LONG` from 32 Mi characters on
 * @see https://www.postgresql.org/docs/18/using-explain.html
 * @example
 * ```ts
 * import { readPlans } from "@streamgate/pg-advisor";
 * const [plan] = readPlans("Seq Scan on users  (cost=0.00..1.04 rows=4 width=68)");
 * plan?.root.relation; // "users"
 * ```
 */
export function readPlans(text: string): readonly ExplainedPlan[] {
  if (text.length > MOST_CHARACTERS) throw planTooLong(text.length, MOST_CHARACTERS);
  const clean = cleanText(text);
  if (clean.trim() === "") throw planUnreadable(undefined, "it is empty");
  const found = new FoundPlans();
  if (isLogWithPlans(clean)) {
    for (const { durationMs, body } of entriesOfLog(clean)) readBody(body, durationMs, found);
  } else readBody(stripDecorations(clean), null, found);
  return found.finish(clean);
}

/** The plans of one body. */
function readBody(body: string, durationMs: number | null, found: FoundPlans): void {
  found.attempt(() => {
    const objects = cutJson(body);
    for (const object of objects)
      found.attempt(() => found.add(buildPlan(wholeOf(object), { form: "json", durationMs })));
    if (objects.length > 0) return;
    const lines = body.split("\n");
    for (let from = 0; from < lines.length; ) {
      const read = readTextPlan(lines, from);
      if (read === null) return;
      from = read.next;
      found.attempt(() => found.add(buildPlan(read.explained, { form: "text", durationMs })));
    }
  });
}

/** Plans that were read, and why others were not: one that was cut off must not cost a log all the others. */
class FoundPlans {
  readonly #plans: ExplainedPlan[] = [];
  readonly #problems: StreamGateError[] = [];

  add(plan: ExplainedPlan): void {
    this.#plans.push(plan);
  }

  attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof StreamGateError)) throw error;
      this.#problems.push(error);
    }
  }

  finish(text: string): readonly ExplainedPlan[] {
    const [problem] = this.#problems;
    const last = this.#plans.at(-1);
    if (last === undefined) throw problem ?? noPlan(text);
    if (problem === undefined) return this.#plans;
    const warning = `${this.#problems.length} more could not be read; the first: ${problem.happened}`;
    return [...this.#plans.slice(0, -1), { ...last, warnings: [...last.warnings, warning] }];
  }
}

/** A lone node is as good as the object that holds it under `Plan`. */
function wholeOf(object: Properties): Properties {
  return isProperties(object.Plan) ? object : { Plan: object };
}

const OTHER_FORMS: readonly (readonly [RegExp, string])[] = [
  [/<explain xmlns/, "XML"],
  [/^[ \t]*- Plan:[ \t]*$/m, "YAML"],
];

function noPlan(text: string): Error {
  const form = OTHER_FORMS.find(([pattern]) => pattern.test(text))?.[1];
  return form === undefined
    ? planUnreadable()
    : planUnreadable(undefined, `it is in ${form}`, "use EXPLAIN (FORMAT JSON), or no FORMAT");
}
