#!/usr/bin/env node
import { runApiCommand } from "./commands/api-command.ts";
import { printHelp } from "./commands/arguments.ts";
import { runSeedCommand } from "./commands/seed-command.ts";
import { runTrafficCommand } from "./commands/traffic-command.ts";
import { MediaError } from "./errors.ts";

const EXIT_USAGE = 2;
const EXIT_COULD_NOT_RUN = 3;

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  seed: runSeedCommand,
  api: runApiCommand,
  traffic: runTrafficCommand,
};

process.exitCode = await runCommand(process.argv.slice(2));

async function runCommand([name = "", ...args]: readonly string[]): Promise<number> {
  if (name === "--help") {
    printHelp("help");
    return 0;
  }
  const command = COMMANDS[name];
  if (command === undefined) {
    process.stderr.write(`media: there is no command ${JSON.stringify(name)}; try media --help\n`);
    return EXIT_USAGE;
  }
  try {
    await command(args);
    return 0;
  } catch (error) {
    process.stderr.write(`media ${name}: ${messageOf(error)}\n`);
    return isUsageError(error) ? EXIT_USAGE : EXIT_COULD_NOT_RUN;
  }
}

/** A refused connection to a name with several addresses has no message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function isUsageError(error: unknown): boolean {
  if (error instanceof MediaError) {
    return error.code === "MEDIA_BAD_OPTION" || error.code === "MEDIA_DATABASE_MISSING";
  }
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("ERR_PARSE_ARGS");
}
