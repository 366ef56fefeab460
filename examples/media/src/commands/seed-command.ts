import { parseArgs } from "node:util";
import { seedMedia } from "../seeding/seed-media.ts";
import { printHelp, readDatabaseUrl, readNumber } from "./arguments.ts";
import { choosePrinter } from "./seed-printer.ts";

export async function runSeedCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      database: { type: "string" },
      scale: { type: "string" },
      seed: { type: "string" },
      until: { type: "string" },
      force: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return printHelp("seed-help");

  const printer = choosePrinter(values.json === true, process.stdout);
  const outcome = await seedMedia({
    databaseUrl: readDatabaseUrl(values.database),
    isForced: values.force === true,
    onProgress: printer.progress,
    ...(values.scale === undefined ? {} : { scale: readNumber("scale", values.scale) }),
    ...(values.seed === undefined ? {} : { seed: readNumber("seed", values.seed) }),
    ...(values.until === undefined ? {} : { until: new Date(values.until) }),
  });
  printer.finish(outcome);
}
