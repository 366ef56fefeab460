import type { Clock } from "@streamgate/core";

/** Answers that are good for a while: each is made once for all who ask meanwhile. */
export interface KeptAnswers<Answer> {
  of(key: string, goodForMs: number, make: () => Promise<Answer>): Promise<Answer>;
}

interface Entry<Answer> {
  readonly answer: Promise<Answer>;
  goodUntilMs: number;
}

/** @param most answers that are kept; of more, the oldest go */
export function keepAnswers<Answer>(clock: Clock, most: number): KeptAnswers<Answer> {
  const entries = new Map<string, Entry<Answer>>();
  return {
    of: (key, goodForMs, make) => {
      const known = entries.get(key);
      if (known !== undefined && known.goodUntilMs > clock.monotonicMs()) return known.answer;
      // However long it takes, who asks meanwhile waits for this one; it ages from when it is there.
      const entry: Entry<Answer> = { answer: make(), goodUntilMs: Number.POSITIVE_INFINITY };
      entries.delete(key);
      entries.set(key, entry);
      entry.answer.then(
        () => {
          entry.goodUntilMs = clock.monotonicMs() + goodForMs;
        },
        // What could not be made is tried again by whoever comes next.
        () => {
          if (entries.get(key) === entry) entries.delete(key);
        },
      );
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
      return entry.answer;
    },
  };
}
