import { userInfo } from "node:os";
import { systemClock } from "@streamgate/core";
import type { AlertBook } from "@streamgate/monitor";
import type { CommandCall } from "../../command-line/command.ts";
import { usageError } from "../../errors.ts";
import { DEFAULT_WATCH_FILE, readWatchFile, type WatchFile } from "../watch-file.ts";

/** What an act gives: an object for `--json`, and its text for a person. */
export interface ActResult {
  readonly json: unknown;
  readonly text: string;
  /** @default 0 */
  readonly exitCode?: number;
}

/** An act on what the monitors of a store remember. */
export type StoreAct = (
  book: AlertBook,
  words: readonly string[],
  call: CommandCall,
) => Promise<ActResult>;

/** An act that needs the watch file alone. */
export type FileAct = (words: readonly string[], call: CommandCall) => Promise<ActResult>;

/** The watch file as it stands, its secrets unread: only what sends needs them. */
export function watchFileOf({ settings }: CommandCall): Promise<WatchFile> {
  return readWatchFile(settings.text("file") ?? DEFAULT_WATCH_FILE);
}

export function listing<Item>(
  items: readonly Item[],
  line: (item: Item) => string,
  nothing: string,
): ActResult {
  return { json: items, text: items.length === 0 ? nothing : items.map(line).join("\n") };
}

/** The one word that an act takes. */
export function idOf(words: readonly string[], what: string): string {
  const [id = "", surplus] = words;
  if (id === "") throw usageError(`find ${what}`, "none was named", SEE_HELP);
  if (surplus === undefined) return id;
  throw usageError(
    `find ${what}`,
    `${JSON.stringify(surplus)} is one word too many`,
    "name one at a time",
  );
}

/** An id, and the text that follows it. */
export function idAndText(
  [id = "", ...words]: readonly string[],
  what: string,
): { readonly id: string; readonly text: string } {
  const text = words.join(" ").trim();
  if (id !== "" && text !== "") return { id, text };
  const happened = id === "" ? "none was named" : "there is no text";
  throw usageError(`write to ${what}`, happened, SEE_HELP);
}

export function noWords(words: readonly string[], act: string): void {
  const [surplus] = words;
  if (surplus === undefined) return;
  throw usageError(
    `run \`streamgate alerts ${act}\``,
    `${JSON.stringify(surplus)} is one word too many`,
    SEE_HELP,
  );
}

/** Who acts: as said, else who is logged in. A container's user may have no name. */
export function authorOf({ settings }: CommandCall): string {
  const given = settings.text("author");
  if (given !== undefined && given.trim() !== "") return given;
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? "unknown"}`;
  }
}

export function unknownName(
  what: string,
  name: string,
  known: readonly { readonly name: string }[],
): Error {
  const names = known.map((one) => one.name);
  return usageError(
    name === "" ? `find ${what}` : `find ${what} ${JSON.stringify(name)}`,
    name === "" ? "none was named" : "the watch file has none of that name",
    names.length === 0 ? "add it to the file" : `use one of ${names.join(", ")}`,
  );
}

export function nowMs(): number {
  return systemClock.now().getTime();
}

const SEE_HELP = "see `streamgate alerts --help`";
