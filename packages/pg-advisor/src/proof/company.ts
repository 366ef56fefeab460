import type { Finding, Fix } from "@streamgate/core";
import { fixNotProvable } from "./errors.ts";
import { planToggle, type Toggle } from "./toggle.ts";

/** The fixes that stand in both versions, as one. */
export function companyOf(beside: readonly Finding[]): Toggle {
  const toggles = beside.map((finding) => planToggle(fixOf(finding)));
  return {
    stand: toggles.flatMap(({ stand }) => stand),
    enter: { before: [], after: toggles.flatMap(({ enter }) => enter.after) },
  };
}

/** @throws StreamGateError `SG_PG_FIX_NOT_PROVABLE` */
export function fixOf(finding: Finding): Fix {
  if (finding.fix !== undefined) return finding.fix;
  throw fixNotProvable(finding.summary, "the finding has no fix");
}

/** The first words of an explanation, where others stood all the time. */
export function besideNote({ length }: readonly Finding[]): readonly string[] {
  if (length === 0) return [];
  return [`With ${length === 1 ? "another fix" : `${length} other fixes`} in force all the time:`];
}
