import type { LabelMatcher } from "@streamgate/monitor";
import { usageError } from "../errors.ts";

const MATCHER = /^([a-zA-Z_][a-zA-Z0-9_]*)(=~|!~|!=|=)(.*)$/s;

/**
 * Conditions as Prometheus writes them: `service=api`, `route!=/health`, `instance=~a-.*`, `env!~test`.
 *
 * @throws StreamGateError `SG_SERVER_USAGE`
 */
export function parseMatchers(words: readonly string[]): readonly LabelMatcher[] {
  return words.map((word) => {
    const [, label = "", operator = "", value = ""] = MATCHER.exec(word) ?? [];
    switch (operator) {
      case "=":
        return { label, is: value };
      case "!=":
        return { label, isNot: value };
      case "=~":
        return { label, matches: value };
      case "!~":
        return { label, matchesNot: value };
      default:
        throw usageError(
          "read a condition",
          `${JSON.stringify(word)} is none`,
          "write it like service=api, route!=/health, instance=~a-.* or env!~test",
        );
    }
  });
}
