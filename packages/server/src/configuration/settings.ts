import { parseByteSize, parseDuration } from "@streamgate/core";
import { badSetting } from "../errors.ts";
import type { ConfigurationFile } from "./configuration-file.ts";
import { configurationKeyOf, type Flag, variableOf } from "./flag.ts";
import { nearest } from "./nearest.ts";
import type { ParsedArguments } from "./parse-arguments.ts";

/** A value with the place that gave it, for messages: `--verify`, `STREAMGATE_VERIFY`. */
interface Setting {
  readonly value: string | boolean;
  readonly source: string;
}

/** The settings of one call: flags win over variables, variables over the configuration file. */
export interface Settings {
  text(name: string): string | undefined;
  isOn(name: string): boolean;
  isOnCommandLine(name: string): boolean;
  durationMs(name: string): number | undefined;
  sizeBytes(name: string): number | undefined;
  /** A whole number of at least `least`. */
  count(name: string, least: number): number | undefined;
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
}

const ON = new Set(["1", "true", "yes", "on"]);
const OFF = new Set(["", "0", "false", "no", "off"]);

/** @throws StreamGateError `SG_SERVER_BAD_SETTING` for a value of the wrong sort or an unknown key */
export function resolveSettings(
  known: readonly Flag[],
  parsed: ParsedArguments,
  environment: Readonly<Record<string, string | undefined>>,
  file: ConfigurationFile | undefined,
  allKeys: readonly string[] = known.map(configurationKeyOf),
): Settings {
  if (file !== undefined) refuseUnknownKeys(file, allKeys);
  const found = new Map<string, Setting>();
  for (const flag of known) {
    const setting =
      fromFlag(flag, parsed) ?? fromVariable(flag, environment) ?? fromFile(flag, file);
    if (setting !== undefined) found.set(flag.name, setting);
  }
  return readerOf(found);
}

function fromFlag(flag: Flag, { flags }: ParsedArguments): Setting | undefined {
  const value = flags.get(flag.name);
  return value === undefined ? undefined : { value, source: `--${flag.name}` };
}

function fromVariable(
  flag: Flag,
  environment: Readonly<Record<string, string | undefined>>,
): Setting | undefined {
  const source = variableOf(flag);
  const value = environment[source];
  if (flag.isCommandLineOnly || value === undefined) return undefined;
  return flag.kind === "switch"
    ? { value: switchOf(value, source), source }
    : value === ""
      ? undefined
      : { value, source };
}

function fromFile(flag: Flag, file: ConfigurationFile | undefined): Setting | undefined {
  const key = configurationKeyOf(flag);
  const value = file?.values[key];
  if (file === undefined || flag.isCommandLineOnly || value === undefined || value === null) {
    return undefined;
  }
  const source = `${key} in ${file.path}`;
  if (typeof value === "boolean" && flag.kind === "switch") return { value, source };
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return { value: flag.kind === "switch" ? switchOf(text, source) : text, source };
  }
  throw badSetting(source, "its value is of the wrong sort", "see `streamgate --help`");
}

function refuseUnknownKeys(file: ConfigurationFile, allKeys: readonly string[]): void {
  for (const key of Object.keys(file.values)) {
    if (allKeys.includes(key)) continue;
    const near = nearest(key, allKeys);
    throw badSetting(
      `${key} in ${file.path}`,
      "there is no such setting",
      near === undefined ? `the settings are ${allKeys.join(", ")}` : `did you mean ${near}?`,
    );
  }
}

function switchOf(text: string, source: string): boolean {
  const word = text.toLowerCase();
  if (ON.has(word)) return true;
  if (OFF.has(word)) return false;
  throw badSetting(source, `${JSON.stringify(text)} is neither on nor off`, "write true or false");
}

function readerOf(found: ReadonlyMap<string, Setting>): Settings {
  const textOf = (name: string): string | undefined => {
    const value = found.get(name)?.value;
    return typeof value === "string" ? value : undefined;
  };
  const sourceOf = (name: string): string => found.get(name)?.source ?? `--${name}`;
  return {
    text: textOf,
    isOn: (name) => found.get(name)?.value === true,
    isOnCommandLine: (name) => found.get(name)?.source === `--${name}`,
    durationMs: (name) => {
      const text = textOf(name);
      if (text === undefined) return undefined;
      try {
        return parseDuration(text);
      } catch (cause) {
        throw badSetting(
          `${sourceOf(name)} ${text}`,
          "it is not a duration",
          "write it like 250ms, 30s, 5m or 1h",
          cause,
        );
      }
    },
    sizeBytes: (name) => {
      const text = textOf(name);
      if (text === undefined) return undefined;
      try {
        return parseByteSize(text);
      } catch (cause) {
        throw badSetting(
          `${sourceOf(name)} ${text}`,
          "it is not a size",
          "write it like 512kb, 500mb or 1.5gb",
          cause,
        );
      }
    },
    count: (name, least) => {
      const text = textOf(name);
      if (text === undefined) return undefined;
      const number = Number(text);
      if (Number.isSafeInteger(number) && number >= least) return number;
      throw badSetting(
        `${sourceOf(name)} ${text}`,
        `it is not a whole number of at least ${least}`,
        "correct the number",
      );
    },
    oneOf: (name, words) => {
      const text = textOf(name);
      if (text === undefined) return undefined;
      const word = words.find((known) => known === text);
      if (word !== undefined) return word;
      throw badSetting(
        `${sourceOf(name)} ${text}`,
        "it is none of them",
        `use ${words.join(", ")}`,
      );
    },
  };
}
