import { mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function openForReading(file: string): number {
  return openSync(file, "r");
}

export const subject: Subject = {
  pattern: "file descriptors never closed",
  sites: ["openForReading"],
  run(world) {
    serveOrdinaryTraffic(world);
    const folder = mkdtempSync(join(tmpdir(), "streamgate-leaks-"));
    const file = join(folder, "catalogue.json");
    writeFileSync(file, "{}");
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    world.requests(world.betweenRatios(1.5, 8), () => openForReading(file));
  },
};
