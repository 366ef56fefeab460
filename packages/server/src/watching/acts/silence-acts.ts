import { StreamGateError } from "@streamgate/core";
import { usageError } from "../../errors.ts";
import { silenceLine } from "../alert-lines.ts";
import { parseMatchers } from "../parse-matchers.ts";
import { authorOf, idOf, listing, noWords, nowMs, type StoreAct } from "./act.ts";

const DEFAULT_SILENCE_MS = 2 * 3_600_000;

const silence: StoreAct = async (book, words, call) => {
  const matchers = parseMatchers(words);
  if (matchers.length === 0)
    throw usageError(
      "silence alerts",
      "no condition was given, and that would be all of them",
      "write one or more like service=api, alertname=responses-slow, instance=~a-.*",
    );
  const fromMs = nowMs();
  const made = await book.silences
    .create({
      matchers,
      fromMs,
      toMs: fromMs + (call.settings.durationMs("for") ?? DEFAULT_SILENCE_MS),
      author: authorOf(call),
      comment: call.settings.text("comment") ?? "no reason was given",
    })
    .catch((error: unknown) => {
      throw asUsage(error);
    });
  return { json: made, text: `Silent: ${silenceLine(made)}` };
};

/** What the monitor refuses came from the command line. */
function asUsage(error: unknown): unknown {
  if (!(error instanceof StreamGateError)) return error;
  return usageError(error.tried, error.happened, "see `streamgate alerts --help`");
}

const unsilence: StoreAct = async (book, words) => {
  const ended = await book.silences.expire(idOf(words, "a silence"));
  return { json: ended, text: `No longer silent: ${silenceLine(ended)}` };
};

const silences: StoreAct = async (book, words) => {
  noWords(words, "silences");
  return listing(await book.silences.list(nowMs()), silenceLine, "Nothing is silenced.");
};

export const SILENCE_ACTS: Readonly<Record<string, StoreAct>> = { silence, unsilence, silences };
