/** Somebody who waits until a purge has been taken by every purger. */
export interface Ticket {
  readonly done: Promise<void>;
  /** One purger has taken one of the tags. */
  settleOne(): void;
  fail(error: Error): void;
}

/** @param count of tags times purgers */
export function createTicket(count: number): Ticket {
  let remaining = count;
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const done = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever does not wait for it shall not be told by an unhandled rejection.
  done.catch(() => undefined);
  if (count === 0) settle?.resolve();
  return {
    done,
    settleOne: () => {
      remaining -= 1;
      if (remaining === 0) settle?.resolve();
    },
    fail: (error) => settle?.reject(error),
  };
}
