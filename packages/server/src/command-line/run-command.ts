import { readFile } from "node:fs/promises";
import { readConfigurationFile } from "../configuration/configuration-file.ts";
import { dataFolderAt } from "../configuration/data-folder.ts";
import { COMMON_FLAGS, configurationKeyOf } from "../configuration/flag.ts";
import { nearest } from "../configuration/nearest.ts";
import { parseArguments } from "../configuration/parse-arguments.ts";
import { resolveSettings } from "../configuration/settings.ts";
import { usageError } from "../errors.ts";
import type { Command } from "./command.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";
import { readVersion } from "./version.ts";

/** What surrounds a call: handed in, so that tests can stand in for it. */
export interface CallSurroundings {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the configuration file is looked for. */
  readonly folder: string;
}

const HELP_FOLDER = new URL("../commands/help/", import.meta.url);

/** Runs the command that `words` name and returns its exit code. */
export async function runCommand(
  words: readonly string[],
  commands: readonly Command[],
  surroundings: CallSurroundings,
): Promise<number> {
  const { terminal } = surroundings;
  const [first, ...rest] = words;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const about = commands.find(({ name }) => first === "help" && name === rest[0]);
    terminal.print(await readHelp(about?.name ?? "streamgate"));
    return EXIT_CODES.fine;
  }
  if (first === "--version" || first === "version") {
    terminal.print(await readVersion());
    return EXIT_CODES.fine;
  }
  const command = commands.find(({ name }) => name === first);
  if (command === undefined) throw unknownCommand(first, commands);
  return runOne(command, rest, commands, surroundings);
}

async function runOne(
  command: Command,
  words: readonly string[],
  commands: readonly Command[],
  { terminal, signal, environment, folder }: CallSurroundings,
): Promise<number> {
  const flags = [...command.flags, ...COMMON_FLAGS];
  const parsed = parseArguments(command.name, words, flags);
  if (parsed.flags.get("help") === true) {
    terminal.print(await readHelp(command.name));
    return EXIT_CODES.fine;
  }
  const surplus = parsed.positionals[command.mostPositionals];
  if (surplus !== undefined) throw surplusWord(command.name, surplus);
  const file = await readConfigurationFile(folder);
  const allFlags = [...commands.flatMap((one) => one.flags), ...COMMON_FLAGS];
  const settings = resolveSettings(
    flags,
    parsed,
    environment,
    file,
    allFlags.filter((flag) => !flag.isCommandLineOnly).map(configurationKeyOf),
  );
  return command.run({
    settings,
    positionals: parsed.positionals,
    folder: dataFolderAt(settings.text("data")),
    terminal,
    signal,
  });
}

async function readHelp(name: string): Promise<string> {
  return (await readFile(new URL(`${name}.txt`, HELP_FOLDER), "utf8")).trimEnd();
}

function unknownCommand(word: string, commands: readonly Command[]): Error {
  const names = commands.map(({ name }) => name);
  const near = nearest(word, names);
  return usageError(
    `run \`streamgate ${word}\``,
    "there is no such command",
    near === undefined ? `use one of ${names.join(", ")}` : `did you mean \`streamgate ${near}\`?`,
  );
}

function surplusWord(command: string, word: string): Error {
  return usageError(
    `read \`streamgate ${command}\``,
    `${JSON.stringify(word)} is one word too many`,
    `see \`streamgate ${command} --help\``,
  );
}
