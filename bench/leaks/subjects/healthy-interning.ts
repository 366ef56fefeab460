import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const interned = new Map<string, { readonly name: string; readonly uses: number[] }>();

export const subject: Subject = {
  pattern: "a table of names that is complete some day",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const names = Math.round(world.betweenRatios(1500, 12_000));
    const skew = world.between(1, 2);
    const timeConstant = world.lengthSeconds * world.between(0.06, 0.18);
    world.requests(names / timeConstant, () => {
      const name = `name-of-${Math.floor(world.random.next() ** skew * names)}`;
      const entry = interned.get(name) ?? { name, uses: new Array<number>(12).fill(0) };
      interned.set(name, entry);
    });
  },
};
