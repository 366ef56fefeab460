import { compileFunction } from "node:vm";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

type Template = (value: string) => string;
const compiled = new Map<number, Template>();

export const subject: Subject = {
  pattern: "code that is compiled as it is first needed",
  sites: [],
  run(world) {
    serveOrdinaryTraffic(world);
    const templates = Math.round(world.betweenRatios(100, 900));
    const timeConstant = world.lengthSeconds * world.between(0.06, 0.2);
    world.requests(templates / timeConstant, () => {
      const index = Math.floor(world.random.next() ** 1.5 * templates);
      const template =
        compiled.get(index) ??
        (compileFunction(
          `let sum = ${index}; for (let at = 0; at < 9; at += 1) sum += at; return sum + value;`,
          ["value"],
        ) as Template);
      compiled.set(index, template);
      return template("x");
    });
  },
};
