import { access } from "node:fs/promises";
import { type EscalationPolicy, openAlertBook } from "@streamgate/monitor";
import type { CommandCall } from "../../command-line/command.ts";
import { nearest } from "../../configuration/nearest.ts";
import { storeUnreachable, usageError } from "../../errors.ts";
import { addressOf } from "../../secrets/redact.ts";
import { openStoreServer } from "../../store/open-store.ts";
import { DEFAULT_WATCH_FILE } from "../watch-file.ts";
import { type ActResult, type FileAct, type StoreAct, watchFileOf } from "./act.ts";
import { ALERT_ACTS } from "./alert-acts.ts";
import { CHANNEL_ACTS } from "./channel-act.ts";
import { EXPORT_ACTS } from "./export-act.ts";
import { INCIDENT_ACTS } from "./incident-acts.ts";
import { LETTER_ACTS } from "./letter-acts.ts";
import { ON_CALL_ACTS } from "./on-call-act.ts";
import { REPLAY_ACTS } from "./replay-act.ts";
import { SILENCE_ACTS } from "./silence-acts.ts";

const STORE_ACTS: ReadonlyMap<string, StoreAct> = new Map(
  Object.entries({
    ...ALERT_ACTS,
    ...INCIDENT_ACTS,
    ...SILENCE_ACTS,
    ...LETTER_ACTS,
    ...REPLAY_ACTS,
  }),
);
const FILE_ACTS: ReadonlyMap<string, FileAct> = new Map(
  Object.entries({ ...ON_CALL_ACTS, ...CHANNEL_ACTS, ...EXPORT_ACTS }),
);

/** Runs the act of `streamgate alerts` that a word names. @throws StreamGateError `SG_SERVER_USAGE` for one that is none */
export async function runAct(
  act: string,
  words: readonly string[],
  call: CommandCall,
): Promise<ActResult> {
  const onFile = FILE_ACTS.get(act);
  if (onFile !== undefined) return onFile(words, call);
  const onStore = STORE_ACTS.get(act);
  if (onStore === undefined) throw unknownAct(act);
  const escalations = await escalationsOf(call);
  const storeUrl = call.settings.text("store");
  const server = await openStoreServer(storeUrl, call.folder);
  try {
    const book = await openAlertBook({ database: await server.locate(), escalations }).catch(
      (cause: unknown) => {
        throw storeUrl === undefined ? cause : storeUnreachable(addressOf(storeUrl), cause);
      },
    );
    try {
      return await onStore(book, words, call);
    } finally {
      await book.close();
    }
  } finally {
    await server.release();
  }
}

/** An acknowledgement ends when its policy says so; without a file it holds until the incident is over. */
async function escalationsOf(call: CommandCall): Promise<readonly EscalationPolicy[]> {
  const isNamed = call.settings.text("file") !== undefined;
  if (!isNamed && !(await isThere(DEFAULT_WATCH_FILE))) return [];
  return (await watchFileOf(call)).escalations ?? [];
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function unknownAct(act: string): Error {
  const names = [...STORE_ACTS.keys(), ...FILE_ACTS.keys()];
  const near = nearest(act, names);
  return usageError(
    `run \`streamgate alerts ${act}\``,
    "there is no such act",
    near === undefined
      ? `use one of ${names.join(", ")}`
      : `did you mean \`streamgate alerts ${near}\`?`,
  );
}
