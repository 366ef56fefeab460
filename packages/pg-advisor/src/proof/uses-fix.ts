import type { Observation } from "./observe.ts";
import type { FixOnLab } from "./standing-fix.ts";

/** Whether a plan reads an index that the fix makes or drops; for other fixes, whether plans differ. */
export function doesUseFix(fix: FixOnLab, before: Observation, after: Observation): boolean {
  const mentions = (plans: readonly string[], indexes: FixOnLab["created"]): boolean =>
    indexes.some(({ name }) => plans.some((plan) => indexNamesOf(plan).has(name)));
  if (fix.created.length + fix.dropped.length === 0) {
    return after.plans.some((plan, index) => shapeOf(plan) !== shapeOf(before.plans[index] ?? ""));
  }
  return mentions(after.plans, fix.created) || mentions(before.plans, fix.dropped);
}

function indexNamesOf(plan: string): ReadonlySet<string> {
  const written = plan.matchAll(/(?:\busing|Bitmap Index Scan on) ("(?:[^"]|"")+"|[^\s"]+)/g);
  return new Set(
    [...written].map(([, name = ""]) =>
      name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
    ),
  );
}

/** The nodes of a plan without their figures. */
function shapeOf(plan: string): string {
  return plan.replace(/\s*\(cost=[^)]*\)/g, "");
}
