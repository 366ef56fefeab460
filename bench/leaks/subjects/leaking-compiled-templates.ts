import { compileFunction } from "node:vm";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

type Template = (value: string) => string;
const compiled = new Map<string, Template>();

function compileTemplate(source: string): Template {
  const template = compileFunction(`const text = ${JSON.stringify(source)}; return text + value;`, [
    "value",
  ]) as Template;
  compiled.set(source, template);
  return template;
}

export const subject: Subject = {
  pattern: "functions compiled for every text",
  sites: ["compileTemplate"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(30, 150), (index) =>
      compileTemplate(`Dear customer ${index}, your order ${index * 3} has left us. `.repeat(3))(
        "!",
      ),
    );
  },
};
