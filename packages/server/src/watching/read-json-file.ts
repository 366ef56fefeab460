import { readFile } from "node:fs/promises";
import { messageOf } from "@streamgate/core";
import { badSetting } from "../errors.ts";

const REMEDY = "see `streamgate watch --help` for what it holds";

/**
 * Reads a JSON file that may hold secrets: what is wrong is told by its line, never by the text there.
 *
 * @throws StreamGateError `SG_SERVER_BAD_SETTING`
 */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw badSetting(path, whyUnreadable(cause), REMEDY, cause);
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    const line = lineOf(text, message);
    const where = line === undefined ? "" : `, at line ${line}`;
    throw badSetting(path, `it is no JSON${where}`, "correct the file");
  }
}

function whyUnreadable(cause: unknown): string {
  const code = (cause as { readonly code?: unknown }).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "this user may not read it";
  return messageOf(cause);
}

/** V8 tells the position, or shows ten characters before and behind it, or says that the end came too soon. */
function lineOf(text: string, message: string): number | undefined {
  const position = /position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return lineAt(text, Number(position));
  if (message.includes("end of JSON input")) return lineAt(text, text.length);
  const [, isCut, excerpt] = /(\.{3})?"(.*)"(?:\.{3})? is not valid JSON$/s.exec(message) ?? [];
  if (excerpt === undefined) return undefined;
  const at = text.indexOf(excerpt);
  return at === -1 ? undefined : lineAt(text, isCut === undefined ? at : at + 10);
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
