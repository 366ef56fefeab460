import { AsyncLocalStorage } from "node:async_hooks";
import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

interface Context {
  readonly parent: Context | undefined;
  readonly details: object;
}
const storage = new AsyncLocalStorage<Context>();

function enterSpan(index: number): void {
  storage.enterWith({ parent: storage.getStore(), details: makeDocument(`span-${index}`, 20) });
}

export const subject: Subject = {
  pattern: "contexts of AsyncLocalStorage chained to their parents",
  sites: ["enterSpan"],
  async run(world) {
    serveOrdinaryTraffic(world);
    const perSecond = world.betweenRatios(25, 200);
    void (async () => {
      for (let index = 0; ; index += 1) {
        enterSpan(index);
        await world.sleep(1 / perSecond);
      }
    })();
  },
};
