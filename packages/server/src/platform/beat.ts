import type { Clock } from "@streamgate/core";

/** Does something again and again, never twice at once; what fails is told and done again with the next beat. */
export function beat(
  everyMs: number,
  work: () => void | Promise<void>,
  onProblem: (error: unknown) => void,
): { stop(): Promise<void> } {
  let busy: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onProblem(error);
    }
  };
  const timer = setInterval(() => {
    busy ??= once().finally(() => {
      busy = undefined;
    });
  }, everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await busy;
    },
  };
}

/**
 * Does something at the same moment of each interval of the clock: `offsetMs` after its multiples. A turn that is still busy then is not
 * begun again.
 */
export function beatOnGrid(
  clock: Pick<Clock, "now">,
  { everyMs, offsetMs }: { readonly everyMs: number; readonly offsetMs: number },
  work: () => void | Promise<void>,
  onProblem: (error: unknown) => void,
): { stop(): Promise<void> } {
  const untilNextMs = (): number => {
    const sinceMs = (clock.now().getTime() - offsetMs + everyMs) % everyMs;
    const restMs = everyMs - sinceMs;
    // A timer that came a little early would be there twice.
    return restMs < everyMs / 4 ? restMs + everyMs : restMs;
  };
  let busy: Promise<void> | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout;
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      onProblem(error);
    }
  };
  const wait = (): void => {
    timer = setTimeout(() => {
      busy ??= turn().finally(() => {
        busy = undefined;
      });
      if (!isStopped) wait();
    }, untilNextMs());
    timer.unref();
  };
  wait();
  return {
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await busy;
    },
  };
}
