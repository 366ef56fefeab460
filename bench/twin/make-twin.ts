import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { createTwin, type Snapshot, type Twin } from "@streamgate/pg-advisor";

export type MakeTwin = (snapshot: Snapshot) => Promise<Twin>;

/** Makes twins one after the other, each in a folder of its own. */
export function twinMaker(folder: string): MakeTwin {
  let count = 0;
  return (snapshot) => {
    count += 1;
    return createTwin({
      snapshot,
      folder: join(folder, `twin-${count}`),
      sharedFolder: join("/tmp", "streamgate-test-shared"),
      context: {
        clock: systemClock,
        random: seededRandom(1),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    });
  };
}
