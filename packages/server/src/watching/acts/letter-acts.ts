import { oneLine } from "../../report/text/layout.ts";
import { counted } from "../../report/wording.ts";
import { instant } from "../alert-lines.ts";
import { idOf, listing, noWords, type StoreAct } from "./act.ts";

const waiting: StoreAct = async (book, words) => {
  noWords(words, "waiting");
  return listing(
    await book.letters.backlog(),
    ({ channel, waiting: count, oldestMs }) =>
      `${channel}: ${counted(count, "notification")}, the oldest of ${instant(oldestMs)}`,
    "Nothing waits to be sent.",
  );
};

const dead: StoreAct = async (book, words) => {
  noWords(words, "dead");
  return listing(
    await book.letters.dead(),
    ({ id, channel, attempts, lastError, content }) =>
      `${id}  ${channel}, ${counted(attempts, "try", "tries")}: ${oneLine(lastError)}\n    ${oneLine(content.title)}`,
    "Everything was delivered.",
  );
};

const retry: StoreAct = async (book, words) => {
  const id = idOf(words, "an undelivered notification");
  await book.letters.retry(id);
  return { json: { id }, text: `Notification ${id} is tried again by the instance that leads.` };
};

export const LETTER_ACTS: Readonly<Record<string, StoreAct>> = { waiting, dead, retry };
