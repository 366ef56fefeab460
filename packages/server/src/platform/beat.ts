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
