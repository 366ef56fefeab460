import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const known = new Map<string, WeakRef<object>>();
const registry = new FinalizationRegistry<string>((key) => {
  if (known.get(key)?.deref() === undefined) known.delete(key);
});

export const subject: Subject = {
  pattern: "a cache of weak references that is cleaned",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.between(30, 300), (index) => {
      const document = makeDocument(`weak-${index}`, 12);
      known.set(document.id, new WeakRef(document));
      registry.register(document, document.id);
    });
  },
};
