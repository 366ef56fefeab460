import type { Cleanup } from "../platform/cleanup.ts";

/** Orders to read the configuration again (SIGHUP). */
export interface Hangups {
  answer(reload: () => Promise<void>): void;
}

/**
 * From here on a SIGHUP is an order to read the file, and not to end. Orders come one after another; one that comes before there is
 * anything to reload waits.
 */
export function listenForHangups(cleanup: Cleanup): Hangups {
  let act: (() => Promise<void>) | undefined;
  let isOrdered = false;
  let isBusy = false;
  const work = async (): Promise<void> => {
    if (act === undefined || isBusy) return;
    isBusy = true;
    while (isOrdered) {
      isOrdered = false;
      await act();
    }
    isBusy = false;
  };
  const onHangup = (): void => {
    isOrdered = true;
    void work();
  };
  process.on("SIGHUP", onHangup);
  cleanup.add(async () => void process.off("SIGHUP", onHangup));
  return {
    answer: (reload) => {
      act = reload;
      void work();
    },
  };
}
