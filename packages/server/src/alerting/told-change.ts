import type { NewChangeRequest } from "@streamgate/contract";
import type { Change } from "@streamgate/monitor";
import { badRequest } from "../api/refusal.ts";
import { storableText } from "../store/storable.ts";

const MOST_LABELS = 20;
const LONGEST_LABEL = 200;
/** As long as changes are kept. */
const OLDEST_MS = 400 * 86_400_000;
/** Clocks differ, and nobody can tell of tomorrow. */
const SOONEST_MS = 15 * 60_000;

/**
 * A change that somebody tells of.
 *
 * @param newId its id where none is given
 * @throws ApiRefusal 400
 */
export function toldChange(request: NewChangeRequest, nowMs: number, newId: string): Change {
  const { id = newId, kind, at, summary, labels = {} } = request;
  const atMs = at === undefined ? nowMs : Date.parse(at);
  if (!(atMs > nowMs - OLDEST_MS && atMs <= nowMs + SOONEST_MS))
    throw badRequest("body.at is too long ago, or yet to come", "name an instant of the past year");
  return {
    id: storableText(id),
    kind,
    atMs,
    summary: storableText(summary),
    labels: checked(labels),
  };
}

function checked(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  if (entries.length > MOST_LABELS)
    throw badRequest(
      `body.labels has ${entries.length} labels`,
      `${MOST_LABELS} of them say enough`,
    );
  const longest = Math.max(0, ...entries.flat().map((text) => text.length));
  if (longest > LONGEST_LABEL)
    throw badRequest(
      `body.labels holds a text of ${longest} characters`,
      `names and values of labels have at most ${LONGEST_LABEL}`,
    );
  return Object.fromEntries(
    entries.map(([name, value]) => [storableText(name), storableText(value)]),
  );
}
