import { readFile } from "node:fs/promises";
import { messageOf } from "@streamgate/core";
import { badRule, rulesUnreadable } from "../errors.ts";
import { defaultRuleObjects } from "./default-rules.ts";
import { parseRules } from "./parse-rules.ts";
import type { Rule } from "./rule.ts";
import { readRuleObject } from "./rule-reader.ts";

/** What a file of rules says. */
export interface RulesFile {
  /** Whether the rules that ship are evaluated, too. @default true */
  readonly defaults?: boolean;
  /** Names of shipped rules that are not. @default [] */
  readonly without?: readonly string[];
  /** By the name of a shipped rule: keys to have other values. @default {} */
  readonly change?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Rules beside those that ship. @default [] */
  readonly rules?: readonly unknown[];
}

/**
 * Puts the rules that ship and one's own together.
 *
 * @throws SG_MONITOR_BAD_RULE that names the rule, the key and the value
 * @example
 * ```ts
 * import { rulesFrom } from "@streamgate/monitor";
 * const rules = rulesFrom({
 *   without: ["cpu-high"],
 *   change: { "responses-slow": { threshold: 0.3, clearThreshold: 0.25 } },
 * });
 * console.log(rules.length);
 * ```
 */
export function rulesFrom(file: RulesFile): readonly Rule[];
export function rulesFrom(file: unknown): readonly Rule[];
export function rulesFrom(file: unknown): readonly Rule[] {
  const reader = readRuleObject("file", file);
  const shipped = reader.boolean("defaults", true) ? defaultRuleObjects() : [];
  const without = reader.texts("without", []);
  const changes = reader.entries("change");
  const own = reader.list("rules", []);
  reader.finish();
  const known = shipped.map(({ name }) => name);
  for (const name of [...without, ...Object.keys(changes)])
    if (!known.includes(name)) throw badRule(name, "name", name, `one of ${known.join(", ")}`);
  const kept = shipped.filter(({ name }) => !without.includes(name));
  return parseRules([...kept.map((rule) => changed(rule, changes[rule.name])), ...own]);
}

function changed(rule: { readonly name: string }, change: unknown): unknown {
  return typeof change === "object" && change !== null ? { ...rule, ...change } : rule;
}

/**
 * Reads rules from a JSON file, which `rulesFrom` describes.
 *
 * @throws SG_MONITOR_RULES_UNREADABLE, SG_MONITOR_BAD_RULE
 */
export async function loadRules(path: string): Promise<readonly Rule[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw rulesUnreadable(path, messageOf(cause), cause);
  });
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    throw rulesUnreadable(path, `it is no JSON: ${messageOf(cause)}`, cause);
  }
  return rulesFrom(file);
}
