import type { ServerRole } from "./events.ts";
import type { Turn } from "./turn-context.ts";

const MOST_NAMES = 5;

/** Warns of what a twin or a lab lacks, one warning a reason: advice on these is less sure. */
export function tellSkipped(
  turn: Turn,
  role: ServerRole,
  skipped: readonly { readonly object: string; readonly reason: string }[],
): void {
  const objectsOf = new Map<string, readonly string[]>();
  for (const { object, reason } of skipped) {
    objectsOf.set(reason, [...(objectsOf.get(reason) ?? []), object]);
  }
  for (const [reason, objects] of objectsOf) {
    const rest = objects.length > MOST_NAMES ? ` and ${objects.length - MOST_NAMES} more` : "";
    const names = objects.slice(0, MOST_NAMES).join(", ");
    turn.tell({ kind: "warning", message: `The ${role} is without ${names}${rest}: ${reason}` });
  }
}
