import { parseArgs } from "node:util";
import { startTraffic } from "../traffic/traffic.ts";
import { printHelp, readNumber } from "./arguments.ts";

/** Sends until the duration is over, or SIGTERM or SIGINT. */
export async function runTrafficCommand(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: "string" },
      rate: { type: "string" },
      duration: { type: "string" },
      seed: { type: "string" },
      "max-in-flight": { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return printHelp("traffic-help");

  const maxInFlight = values["max-in-flight"];
  const run = await startTraffic({
    onSecond: printLine,
    ...(values.url === undefined ? {} : { url: values.url }),
    ...(values.rate === undefined ? {} : { rate: readNumber("rate", values.rate) }),
    ...(values.duration === undefined
      ? {}
      : { durationSeconds: readNumber("duration", values.duration) }),
    ...(values.seed === undefined ? {} : { seed: readNumber("seed", values.seed) }),
    ...(maxInFlight === undefined ? {} : { maxInFlight: readNumber("max-in-flight", maxInFlight) }),
  });
  process.once("SIGTERM", () => run.stop());
  process.once("SIGINT", () => run.stop());
  printLine({ isSummary: true, ...(await run.done) });
}

function printLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
