import { readFile } from "node:fs/promises";
import { text as textOf } from "node:stream/consumers";
import { messageOf } from "@streamgate/core";
import { badSetting, usageError } from "../errors.ts";

/** The statement of a file, or of standard input where `-` or nothing is named. */
export async function readStatement(file: string | undefined): Promise<string> {
  const text = file === undefined || file === "-" ? await readInput() : await readText(file);
  if (text.trim() !== "") return text;
  throw usageError("read a statement", "there is nothing in it", "give one SELECT");
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw usageError(
      "read a statement from standard input",
      "it is a terminal",
      "name a file, or write `echo 'select …' | streamgate rewrite URL`",
    );
  }
  return textOf(process.stdin);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw badSetting(`the file ${file}`, messageOf(cause), "name a file with one statement", cause);
  }
}
