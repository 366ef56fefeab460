import { isAtLeast, type Severity } from "@streamgate/core";
import { parseRules } from "./parse-rules.ts";
import type { Rule } from "./rule.ts";
import { DEPENDENCY_RULES } from "./shipped/dependency-rules.ts";
import { PROCESS_RULES } from "./shipped/process-rules.ts";
import { RESPONSE_RULES } from "./shipped/response-rules.ts";

/** Alerts of this severity or worse wake somebody; the others are for the day. */
export const PAGING_SEVERITY: Severity = "high";

/** Whether an alert of a severity wakes somebody. */
export function isPage(severity: Severity): boolean {
  return isAtLeast(severity, PAGING_SEVERITY);
}

/** The rules that ship, as plain data; what they leave out is filled in by `parseRules`. */
export function defaultRuleObjects(): readonly { readonly name: string }[] {
  const shipped = [...RESPONSE_RULES, ...DEPENDENCY_RULES, ...PROCESS_RULES];
  return shipped.map((rule) => ({ ...rule, runbook: `docs/runbooks/${rule.name}.md` }));
}

/**
 * The rules that ship: responses, errors, objectives, cache, memory, CPU, event loop, pools, PostgreSQL, Redis,
 * targets and findings. Those of severity `high` and `critical` are few and say that users are suffering now; the
 * others can wait for the day.
 *
 * @example
 * ```ts
 * import { defaultRules } from "@streamgate/monitor";
 * for (const { name, severity, runbook } of defaultRules()) console.log(name, severity, runbook);
 * ```
 */
export function defaultRules(): readonly Rule[] {
  return parseRules(defaultRuleObjects());
}
