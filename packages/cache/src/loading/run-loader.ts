import { loadTimedOut } from "../errors.ts";
import type { Loader } from "./load-context.ts";

export interface LoaderRun {
  readonly key: string;
  readonly hardTimeoutMs: number;
  readonly tag: (tags: readonly string[]) => void;
}

/**
 * Runs a loader once. After the hard time-out its signal is aborted and the run fails, whatever the loader does then.
 *
 * @throws StreamGateError `SG_CACHE_LOAD_TIMEOUT`, or whatever the loader throws
 */
export function runLoader(load: Loader<unknown>, run: LoaderRun): Promise<unknown> {
  const { key, hardTimeoutMs, tag } = run;
  return new Promise((resolve, reject) => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const error = loadTimedOut(key, hardTimeoutMs);
      reject(error);
      abort.abort(error);
    }, hardTimeoutMs);
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
    };
    // A loader that throws at once is a loader that rejects.
    Promise.resolve()
      .then(() => load({ signal: abort.signal, tag: (...tags) => tag(tags) }))
      .then(
        (value) => end(() => resolve(value)),
        (error: unknown) => end(() => reject(error)),
      );
  });
}
