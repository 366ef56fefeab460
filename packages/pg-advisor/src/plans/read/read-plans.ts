import { planTooLong, planUnreadable } from "../../errors.ts";
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
 * @returns at least one plan, in the order of the text
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
  const plans = isLogWithPlans(clean)
    ? entriesOfLog(clean).flatMap(({ durationMs, body }) => readBody(body, durationMs))
    : readBody(stripDecorations(clean), null);
  if (plans.length === 0) throw noPlan(clean);
  return plans;
}

/** The first plan in a text; errors as in `readPlans`. */
export function readPlan(text: string): ExplainedPlan {
  const [first] = readPlans(text);
  if (first === undefined) throw planUnreadable();
  return first;
}

function readBody(body: string, durationMs: number | null): readonly ExplainedPlan[] {
  const objects = cutJson(body);
  if (objects.length > 0)
    return objects.map((object) => buildPlan(wholeOf(object), { form: "json", durationMs }));
  const plans: ExplainedPlan[] = [];
  let lines: readonly string[] = body.split("\n");
  while (lines.length > 0) {
    const read = readTextPlan(lines);
    if (read === null) break;
    plans.push(buildPlan(read.explained, { form: "text", durationMs }));
    lines = read.rest;
  }
  return plans;
}

/** A lone node is as good as the object that holds it under `Plan`. */
function wholeOf(object: Properties): Properties {
  return isProperties(object.Plan) ? object : { Plan: object };
}

const OTHER_FORMS: readonly (readonly [RegExp, string])[] = [
  [/<explain xmlns/, "XML"],
  [/^\s*- Plan:\s*$/m, "YAML"],
];

function noPlan(text: string): Error {
  const form = OTHER_FORMS.find(([pattern]) => pattern.test(text))?.[1];
  return form === undefined
    ? planUnreadable()
    : planUnreadable(undefined, `it is in ${form}`, "use EXPLAIN (FORMAT JSON), or no FORMAT");
}
