import { identifyStatement, type StatementIdentity } from "@streamgate/pg-advisor";
import { withoutCallerComment } from "../../callers/comment-tags.ts";

/** Texts with their fingerprints, by the ids under which pg_stat_statements knows them. */
export interface KnownStatements {
  get(queryId: string): StatementIdentity | undefined;
  /** Fetches and reads the texts of ids that are not known yet: the first ones, as many as are read without holding up others. */
  learn(
    queryIds: readonly string[],
    fetch: (queryIds: readonly string[]) => Promise<readonly TextRow[]>,
    signal: AbortSignal,
  ): Promise<void>;
}

export interface TextRow {
  readonly queryId: string;
  readonly text: string;
}

const MOST_AT_ONCE = 300;
/** Parsing one takes up to a millisecond; others get their turn in between. */
const PARSED_IN_ONE_GO = 20;
const MOST_KNOWN = 20_000;

/** @param onText hears each text that is read anew, as the server holds it */
export function createKnownStatements(
  onText: (fingerprint: string, text: string) => void = () => undefined,
): KnownStatements {
  const known = new Map<string, StatementIdentity>();
  return {
    get: (queryId) => known.get(queryId),
    learn: async (queryIds, fetch, signal) => {
      const unknown = queryIds.filter((id) => !known.has(id)).slice(0, MOST_AT_ONCE);
      if (unknown.length === 0) return;
      const rows = await fetch(unknown);
      for (const [index, { queryId, text }] of rows.entries()) {
        if (index % PARSED_IN_ONE_GO === PARSED_IN_ONE_GO - 1) await othersTurn();
        signal.throwIfAborted();
        const identity = identifyStatement(text);
        known.set(queryId, { ...identity, text: withoutCallerComment(identity.text) });
        if (identity.kind === "workload") onText(identity.fingerprint, text);
      }
      // The longest known go first; whichever is still there is read again.
      for (const queryId of known.keys()) {
        if (known.size <= MOST_KNOWN) break;
        known.delete(queryId);
      }
    },
  };
}

function othersTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
