import { createHash } from "node:crypto";
import type { KnownStatements } from "../collectors/database/known-statements.ts";
import { type CallerTags, commentTags } from "./comment-tags.ts";

/** A session as one sample saw it: what it runs, or ran last. */
export interface SampledSession {
  readonly queryId: string;
  readonly application: string;
  /** The comment of its text; null where there is none. */
  readonly comment: string | null;
  /** How many that are alike work at this moment; 0: they ran it before. */
  readonly active: number;
}

/** Somebody who calls a statement. */
export interface SeenCaller {
  readonly fingerprint: string;
  /** Hash of source and tags. */
  readonly caller: string;
  readonly source: "comment" | "session";
  readonly tags: CallerTags;
  readonly samples: number;
}

/** More than that between two writings are not told apart. */
const MOST_SEEN = 2_000;

/** Puts together who was seen to call what, until it is written. */
export class CallerBook {
  readonly #seen = new Map<string, SeenCaller>();

  /** Of sessions that say nothing of themselves nothing is noted. */
  see(sessions: readonly SampledSession[], known: Pick<KnownStatements, "get">): void {
    for (const { queryId, application, comment, active } of sessions) {
      const identity = known.get(queryId);
      if (identity?.kind !== "workload") continue;
      const tags = comment === null ? null : commentTags(comment);
      if (tags !== null) this.#add(identity.fingerprint, "comment", tags, active);
      else if (application !== "")
        this.#add(identity.fingerprint, "session", { application }, active);
    }
  }

  /** pg_stat_statements keeps the text of the first call with its comment. */
  seeText(fingerprint: string, text: string): void {
    const tags = commentTags(text);
    if (tags !== null) this.#add(fingerprint, "comment", tags, 0);
  }

  list(): readonly SeenCaller[] {
    return [...this.#seen.values()];
  }

  /** What was written need not be written again. */
  forget(): void {
    this.#seen.clear();
  }

  #add(fingerprint: string, source: SeenCaller["source"], tags: CallerTags, samples: number): void {
    const caller = createHash("sha256")
      .update(JSON.stringify([source, tags]))
      .digest("hex")
      .slice(0, 16);
    const key = `${fingerprint} ${caller}`;
    const known = this.#seen.get(key);
    if (known === undefined && this.#seen.size >= MOST_SEEN) return;
    this.#seen.set(key, {
      fingerprint,
      caller,
      source,
      tags,
      samples: samples + (known?.samples ?? 0),
    });
  }
}
