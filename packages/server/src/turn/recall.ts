import type { Finding } from "@streamgate/core";
import { findingUnknown, fixStands } from "../errors.ts";
import { STANDING_STATES } from "../store/finding-state.ts";
import type { HistoryEntry } from "../store/records.ts";
import type { Diagnosis } from "./diagnose.ts";
import type { Sighting } from "./observe.ts";
import { onTwin } from "./on-twin.ts";
import type { Turn } from "./turn-context.ts";

/**
 * Takes the named findings from the store in place of a diagnosis; the workload is read anew, because proofs and verifications
 * need its parameters of today.
 */
export async function recall(
  turn: Turn,
  sighting: Sighting,
  ids: readonly string[],
): Promise<Diagnosis> {
  const entries = await Promise.all(ids.map((id) => storedEntry(turn, id)));
  const workload = await onTwin(turn, sighting, async (read) => read);
  turn.tell({
    kind: "diagnosed",
    declined: [],
    declinedStatements: workload.declined,
    search: null,
  });
  return { workload, findings: entries.map(({ finding }) => finding) };
}

/**
 * Notes the findings as seen again, so that what was taken back may be proven anew.
 *
 * @throws StreamGateError `SG_SERVER_FIX_STANDS` where somebody has applied one in the meantime: it would be applied on top of itself
 */
export async function rememberAgain(turn: Turn, findings: readonly Finding[]): Promise<void> {
  for (const finding of findings) {
    const before = await storedEntry(turn, finding.id);
    if (STANDING_STATES.includes(before.state)) throw fixStands(finding.id, before.state);
    const { state } = await turn.store.recordFinding(turn.run, turn.target, finding);
    turn.tell({ kind: "finding", finding, state });
  }
}

async function storedEntry(turn: Turn, id: string): Promise<HistoryEntry> {
  const matches = await turn.store.findingsWithId(id);
  const entry = matches.find((one) => one.id === id && one.target === turn.target);
  if (entry === undefined) throw findingUnknown(id, []);
  return entry;
}
