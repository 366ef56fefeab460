import { randomUUID } from "node:crypto";
import { type Change, type Incident, postMortem } from "@streamgate/monitor";
import { oneLine } from "../../report/text/layout.ts";
import { incidentLine } from "../alert-lines.ts";
import { incidentText } from "../incident-text.ts";
import { authorOf, idAndText, idOf, listing, noWords, nowMs, type StoreAct } from "./act.ts";

const WHAT = "an incident";

const incidents: StoreAct = async (book, words) => {
  noWords(words, "incidents");
  return listing(await book.incidents.list(), incidentLine, "There were no incidents.");
};

const incident: StoreAct = async (book, words, { terminal }) => {
  const record = await book.incidents.get(idOf(words, WHAT));
  return { json: record, text: incidentText(record, nowMs(), terminal.widthColumns) };
};

const acknowledge: StoreAct = async (book, words, call) => {
  const now = await book.incidents.acknowledge(idOf(words, WHAT), authorOf(call));
  return acted(now, now.status === "resolved" ? "It is over already" : `${by(now)} takes care of`);
};

const unacknowledge: StoreAct = async (book, words, call) => {
  const now = await book.incidents.unacknowledge(idOf(words, WHAT), authorOf(call));
  return acted(now, "Nobody takes care any more of");
};

const resolve: StoreAct = async (book, words, call) => {
  const now = await book.incidents.resolve(idOf(words, WHAT), authorOf(call));
  return acted(now, "It is over");
};

const note: StoreAct = async (book, words, call) => {
  const { id, text } = idAndText(words, WHAT);
  await book.incidents.addNote(id, authorOf(call), text);
  return { json: { incident: id, note: text }, text: `Noted in incident ${id}.` };
};

const action: StoreAct = async (book, words, { settings }) => {
  const { id, text } = idAndText(words, WHAT);
  const item = await book.incidents.addAction(id, text, settings.text("owner") ?? "");
  return { json: item, text: `Action ${item.id} of incident ${id}: ${oneLine(item.summary)}` };
};

const done: StoreAct = async (book, words) => {
  const item = await book.incidents.completeAction(idOf(words, "an action"));
  return { json: item, text: `Done: ${oneLine(item.summary)}` };
};

const writePostMortem: StoreAct = async (book, words) => {
  const record = await book.incidents.get(idOf(words, WHAT));
  return { json: record, text: postMortem(record, nowMs()).trimEnd() };
};

/** What people did to a service, for the timeline and the likely causes of incidents after it. */
const deployed: StoreAct = async (book, words, call) => {
  const { id: service, text } = idAndText(words, "the deploys of a service");
  const change: Change = {
    id: `told:${randomUUID()}`,
    kind: "deploy",
    atMs: nowMs(),
    summary: `${text} was deployed, says ${authorOf(call)}`,
    labels: { service, release: text },
  };
  await book.incidents.recordChange(change);
  return { json: change, text: `Recorded: ${oneLine(change.summary)}` };
};

function acted(incident: Incident, what: string): { json: Incident; text: string } {
  return { json: incident, text: `${what}: ${oneLine(incident.title)}` };
}

function by({ acknowledgedBy = "Somebody" }: Incident): string {
  return oneLine(acknowledgedBy);
}

export const INCIDENT_ACTS: Readonly<Record<string, StoreAct>> = {
  incidents,
  incident,
  acknowledge,
  unacknowledge,
  resolve,
  note,
  action,
  done,
  "post-mortem": writePostMortem,
  deployed,
};
