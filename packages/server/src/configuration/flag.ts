/** One option of a command: the same by flag, by `STREAMGATE_…` variable and in the configuration file. */
export interface Flag {
  /** `fail-on`: the flag `--fail-on`, the variable `STREAMGATE_FAIL_ON`, the key `failOn`. */
  readonly name: string;
  /** A switch is on or off; a text takes a value. */
  readonly kind: "switch" | "text";
  /** The variable's name, where it is not made from the flag's. */
  readonly variable?: string;
  /** Only on the command line, because it means one call: `--help`. */
  readonly isCommandLineOnly?: boolean;
}

export function variableOf(flag: Flag): string {
  return flag.variable ?? `STREAMGATE_${flag.name.replaceAll("-", "_").toUpperCase()}`;
}

export function configurationKeyOf(flag: Flag): string {
  return flag.name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Options that every command has. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: "help", kind: "switch", isCommandLineOnly: true },
  { name: "json", kind: "switch" },
  { name: "data", kind: "text", variable: "STREAMGATE_DATA_DIR" },
  { name: "store", kind: "text", variable: "STREAMGATE_STORE_URL" },
];
