import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, seededRandom, systemClock } from "@streamgate/core";
import { createTwin, type RunContext, type Snapshot, type Twin } from "@streamgate/pg-advisor";
import type { CommandCall } from "../command-line/command.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { badSetting } from "../errors.ts";

/** What an act of `streamgate twin` tells, for a program and for a person. */
export interface TwinAnswer {
  readonly json: object;
  readonly text: string;
}

/** Works with a twin of a snapshot, which is gone at the end. The same file gives the same answer. */
export async function onTwinOf<Result>(
  snapshot: Snapshot,
  { folder, signal }: CommandCall,
  work: (twin: Twin, context: RunContext) => Promise<Result>,
  onProgress: RunContext["onProgress"] = () => undefined,
): Promise<Result> {
  const context = { clock: systemClock, random: seededRandom(1), signal, onProgress };
  const runFolder = await makeRunFolder(folder);
  try {
    const twin = await createTwin({
      snapshot,
      folder: join(runFolder, "twin"),
      sharedFolder: folder.root,
      context,
    });
    try {
      return await work(twin, context);
    } finally {
      await twin.close();
    }
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

/** @throws StreamGateError `SG_SERVER_BAD_SETTING` */
export async function readTwinText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw badSetting(`the file ${file}`, messageOf(cause), "name an exported twin", cause);
  }
}
