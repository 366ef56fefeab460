import { usageError } from "../errors.ts";
import type { Flag } from "./flag.ts";
import { nearest } from "./nearest.ts";

/** A command line, read. */
export interface ParsedArguments {
  readonly flags: ReadonlyMap<string, string | boolean>;
  readonly positionals: readonly string[];
}

const SHORT_FORMS: Readonly<Record<string, string>> = { "-h": "--help", "-y": "--yes" };

/**
 * Reads `--flag`, `--no-flag`, `--flag value` and `--flag=value`; `--` ends the flags.
 *
 * @throws StreamGateError `SG_SERVER_USAGE`
 */
export function parseArguments(
  command: string,
  words: readonly string[],
  known: readonly Flag[],
): ParsedArguments {
  const flags = new Map<string, string | boolean>();
  const positionals: string[] = [];
  const rest = [...words];
  for (let raw = rest.shift(); raw !== undefined; raw = rest.shift()) {
    if (raw === "--") {
      positionals.push(...rest.splice(0));
      continue;
    }
    const word = SHORT_FORMS[raw] ?? raw;
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    const [name, inlineValue] = splitAtEquals(word);
    const { flag, isOn } = findFlag(command, name, known);
    if (flag.kind === "switch") {
      if (inlineValue !== undefined) throw valueUnwanted(command, name);
      flags.set(flag.name, isOn);
      continue;
    }
    const value = inlineValue ?? rest.shift();
    if (value === undefined) throw valueMissing(command, name);
    flags.set(flag.name, value);
  }
  return { flags, positionals };
}

function splitAtEquals(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals === -1 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

function findFlag(
  command: string,
  word: string,
  known: readonly Flag[],
): { readonly flag: Flag; readonly isOn: boolean } {
  const exact = known.find(({ name }) => word === `--${name}`);
  if (exact !== undefined) return { flag: exact, isOn: true };
  const negated = known.find(({ name, kind }) => kind === "switch" && word === `--no-${name}`);
  if (negated !== undefined) return { flag: negated, isOn: false };
  const near = nearest(
    word,
    known.map(({ name }) => `--${name}`),
  );
  throw usageError(
    `read the flag ${word}`,
    `\`streamgate ${command}\` has no such flag`,
    near === undefined ? `see \`streamgate ${command} --help\`` : `did you mean ${near}?`,
  );
}

function valueUnwanted(command: string, name: string): Error {
  return usageError(
    `read ${name} of \`streamgate ${command}\``,
    "it is a switch and takes no value",
    `write ${name} or ${name.replace("--", "--no-")}`,
  );
}

function valueMissing(command: string, name: string): Error {
  return usageError(
    `read ${name} of \`streamgate ${command}\``,
    "its value is missing",
    `write ${name} VALUE; see \`streamgate ${command} --help\``,
  );
}
