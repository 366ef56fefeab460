/** Work that takes milliseconds, such as a forecast, takes turns: so many an evaluation, whoever waited longest first. */
export interface Turns {
  /** A new evaluation begins. */
  begin(): void;
  /** @returns whether it is the asker's turn; otherwise it is to ask again at the next evaluation */
  take(asker: object): boolean;
}

/** An asker that is gone loses its turn, and nobody else does. */
export function createTurns(perEvaluation: number): Turns {
  const waiting = new Set<object>();
  let called = new Set<object>();
  let left = perEvaluation;
  return {
    begin() {
      for (const absent of called) waiting.delete(absent);
      called = new Set([...waiting].slice(0, perEvaluation));
      left = perEvaluation - called.size;
    },
    take(asker) {
      if (called.delete(asker)) {
        waiting.delete(asker);
        return true;
      }
      if (left > 0) {
        left -= 1;
        waiting.delete(asker);
        return true;
      }
      waiting.add(asker);
      return false;
    },
  };
}
