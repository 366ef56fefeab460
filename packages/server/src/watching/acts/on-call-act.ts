import { type OnCall, onCallAt, type Rota } from "@streamgate/monitor";
import { oneLine } from "../../report/text/layout.ts";
import { explainInFile } from "../explain-in-file.ts";
import { type FileAct, noWords, nowMs, watchFileOf } from "./act.ts";

/** Who answers now, by the rotas of the file. */
const onCall: FileAct = async (words, call) => {
  noWords(words, "on-call");
  const { path, rotas = [] } = await watchFileOf(call);
  const atMs = nowMs();
  const answers = rotas.map((rota) => ({
    rota,
    answer: explainInFile(path, () => onCallAt(rota, atMs)),
  }));
  return {
    json: answers.map(({ rota, answer }) => ({
      rota: rota.name,
      person: answer.person ?? null,
      until: Number.isFinite(answer.untilMs) ? new Date(answer.untilMs).toISOString() : null,
      isOverride: answer.isOverride,
    })),
    text:
      answers.length === 0
        ? "The file has no rotas."
        : answers.map(({ rota, answer }) => onCallLine(rota, answer)).join("\n"),
  };
};

/** `backend: ana, until 23 Nov 2026, 09:00 in Europe/Berlin` */
function onCallLine({ name, timeZone }: Rota, { person, untilMs, isOverride }: OnCall): string {
  const who = person === undefined ? "NOBODY" : oneLine(person);
  const instead = isOverride ? " (an override)" : "";
  if (!Number.isFinite(untilMs)) return `${oneLine(name)}: ${who}${instead}`;
  const until = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    dateStyle: "medium",
    timeStyle: "short",
  }).format(untilMs);
  return `${oneLine(name)}: ${who}${instead}, until ${until} in ${timeZone}`;
}

export const ON_CALL_ACTS: Readonly<Record<string, FileAct>> = { "on-call": onCall };
