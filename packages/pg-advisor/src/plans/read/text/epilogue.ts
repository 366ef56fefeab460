import type { Properties } from "../../tree/explained-plan.ts";
import { kilobytes, readBuffers } from "./node-property.ts";

const HEAD =
  /^(?:Planning(?: Time)?|Execution Time|Total runtime|JIT|Settings|Query Identifier|Serialization|Trigger)\b/;
const TRIGGER =
  /^Trigger (?:for constraint (?<constraint>.+?)|(?<name>.+?))(?: on (?<relation>[^:]+))?: (?:time=(?<time>[\d.]+) )?calls=(?<calls>\d+)/;
const SETTING = /([\w."]{1,200}) = '((?:[^']|'')*)'/g;

/** Whether a line at the margin of a plan speaks of the whole, so that no node follows. */
export function isEpilogue(line: string): boolean {
  return HEAD.test(line);
}

/** What follows the nodes, under the names of the JSON form. */
export function readEpilogue(lines: readonly string[]): Properties {
  const read: Record<string, unknown> = {};
  const triggers: Properties[] = [];
  let section = "";
  for (const line of lines) {
    const trimmed = line.trim();
    const isHead = isEpilogue(trimmed) && trimmed.length > 0;
    if (!isHead && section === "") continue;
    if (isHead) section = /^[A-Z][A-Za-z ]*/.exec(trimmed)?.[0].trim() ?? "";
    const trigger = TRIGGER.exec(trimmed)?.groups;
    const value = trimmed.slice(trimmed.indexOf(": ") + 2);
    if (trigger !== undefined) triggers.push(triggerOf(trigger));
    else if (trimmed.startsWith("Planning Time: ")) read["Planning Time"] = milliseconds(value);
    else if (trimmed.startsWith("Execution Time: ")) read["Execution Time"] = milliseconds(value);
    else if (trimmed.startsWith("Settings: ")) read.Settings = settingsOf(value);
    else if (trimmed.startsWith("Query Identifier: ")) read["Query Identifier"] = value;
    else if (trimmed.startsWith("Serialization: ")) read.Serialization = serializationOf(value);
    else if (isHead) continue;
    else addDetail(read, section, trimmed, value);
  }
  return triggers.length === 0 ? read : { ...read, Triggers: triggers };
}

/** A line below `Planning:`, `JIT:` or `Serialization:`. */
function addDetail(
  read: Record<string, unknown>,
  section: string,
  line: string,
  value: string,
): void {
  const known = (read[section] ?? {}) as Properties;
  if (line.startsWith("Buffers: ")) read[section] = { ...known, ...readBuffers(value) };
  else if (section === "Planning" && line.startsWith("Memory: ")) {
    const [, used = "0", allocated = "0"] = /used=(\d+)kB\s+allocated=(\d+)kB/.exec(value) ?? [];
    read[section] = {
      ...known,
      "Memory Used": Number(used),
      "Memory Allocated": Number(allocated),
    };
  } else if (section === "JIT" && line.startsWith("Functions: "))
    read.JIT = { ...known, Functions: Number(value) };
  else if (section === "JIT" && line.startsWith("Timing: "))
    read.JIT = { ...known, Timing: jitTimingOf(value) };
  else if (section === "JIT" && line.startsWith("Options: "))
    read.JIT = {
      ...known,
      Options: Object.fromEntries(
        value.split(", ").map((option) => [option.split(" ")[0], option.endsWith("true")]),
      ),
    };
}

/** `Generation 1.1 ms (Deform 0.5 ms), Inlining 2.2 ms, …, Total 9.9 ms` */
function jitTimingOf(value: string): Properties {
  return Object.fromEntries(
    [...value.matchAll(/(Generation|Inlining|Optimization|Emission|Total) ([\d.]+) ms/g)].map(
      ([, name, ms]) => [name, Number(ms)],
    ),
  );
}

function triggerOf(groups: Readonly<Record<string, string | undefined>>): Properties {
  const { name, constraint, relation, time, calls } = groups;
  return {
    "Trigger Name": name ?? "",
    ...(constraint === undefined ? {} : { "Constraint Name": constraint }),
    ...(relation === undefined ? {} : { Relation: relation }),
    ...(time === undefined ? {} : { Time: Number(time) }),
    Calls: Number(calls),
  };
}

function settingsOf(value: string): Properties {
  return Object.fromEntries(
    [...value.matchAll(SETTING)].map(([, name, its = ""]) => [name, its.replaceAll("''", "'")]),
  );
}

/** `time=0.1 ms  output=2kB  format=text` */
function serializationOf(value: string): Properties {
  const time = /time=([\d.]+)/.exec(value)?.[1];
  return {
    ...(time === undefined ? {} : { Time: Number(time) }),
    "Output Volume": kilobytes(/output=(\d+)kB/.exec(value)?.[1] ?? "0"),
    Format: /format=(\w+)/.exec(value)?.[1] ?? "text",
  };
}

function milliseconds(value: string): number {
  return Number.parseFloat(value) || 0;
}
