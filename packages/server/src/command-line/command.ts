import type { DataFolder } from "../configuration/data-folder.ts";
import type { Flag } from "../configuration/flag.ts";
import type { Settings } from "../configuration/settings.ts";
import type { Terminal } from "./terminal.ts";

/** What a command is called with. */
export interface CommandCall {
  readonly settings: Settings;
  readonly positionals: readonly string[];
  readonly folder: DataFolder;
  readonly terminal: Terminal;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

/** One word after `streamgate`. */
export interface Command {
  readonly name: string;
  /** Beside those that all commands have. */
  readonly flags: readonly Flag[];
  /** The most words that may stand without a flag. */
  readonly mostPositionals: number;
  /** Returns the exit code. */
  run(call: CommandCall): Promise<number>;
}
