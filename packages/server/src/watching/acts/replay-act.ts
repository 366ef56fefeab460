import { replay } from "@streamgate/monitor";
import { startProgressLine } from "../../command-line/progress-line.ts";
import { transitionLine } from "../alert-lines.ts";
import { nowMs, type StoreAct, unknownName, watchFileOf } from "./act.ts";

const DEFAULT_SINCE_MS = 24 * 3_600_000;
const MOST_SHOWN = 20;

/** What a rule of the file would have told of the stored past, whether or not it is armed. */
const replayRule: StoreAct = async (book, [name = ""], call) => {
  const { rules } = await watchFileOf(call);
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule === undefined) throw unknownName("a rule", name, rules);
  const toMs = nowMs();
  const fromMs = toMs - (call.settings.durationMs("since") ?? DEFAULT_SINCE_MS);
  const line = startProgressLine(call.terminal, () => performance.now());
  const { transitions, summary } = await replay(rule, book.history, fromMs, toMs, {
    signal: call.signal,
    onProgress: (share) =>
      line.show("replay", {
        activity: `replaying ${rule.name}`,
        done: Math.round(share * 100),
        total: 100,
        unit: "%",
      }),
  }).finally(() => line.clear());
  const told = transitions.filter(({ state }) => state !== "pending");
  const shown = told.slice(0, MOST_SHOWN).map((transition) => `  ${transitionLine(transition)}`);
  const more = told.length > MOST_SHOWN ? [`  … and ${told.length - MOST_SHOWN} more`] : [];
  return {
    json: { summary, transitions },
    text: [`${rule.name} ${summary.sentence}.`, ...shown, ...more].join("\n"),
  };
};

export const REPLAY_ACTS: Readonly<Record<string, StoreAct>> = { replay: replayRule };
