import type { Observation } from "../../samplers/observation.ts";
import { type CreationRecording, recordHandles } from "./creations.ts";
import { recordFiles } from "./file-creations.ts";

/** Something that a process holds open, counted. */
export interface CountedThing {
  /** What it is known by, stable. */
  readonly name: string;
  /** For a person, at the beginning of a sentence. */
  readonly plural: string;
  readonly count: number;
  /** Beyond it nothing more can be opened; absent where there is no limit or nobody knows it. */
  readonly limit?: number;
  readonly source: string;
  /** What to do about a leak of them. */
  readonly remedy: string;
  /** Starts to write down who makes them; absent where that cannot be seen. */
  readonly record?: (nowMs: () => number) => CreationRecording;
}

const RESOURCES: Readonly<Record<string, { readonly plural: string; readonly remedy: string }>> = {
  Timeout: { plural: "Timers", remedy: "Clear each timer when what it serves has ended." },
  Immediate: { plural: "Immediates", remedy: "Find what schedules them faster than they run." },
  TCPSocketWrap: {
    plural: "TCP sockets",
    remedy:
      "End or destroy each socket, also on errors and time-outs, or take it from a pool; read every response to its end.",
  },
  TCPServerWrap: { plural: "TCP servers", remedy: "Close each server." },
  PipeWrap: { plural: "Pipes", remedy: "End each pipe, and the child process it belongs to." },
  MessagePort: { plural: "Message ports", remedy: "Close one of the two ports of each channel." },
  ProcessWrap: {
    plural: "Child processes",
    remedy: "Wait for each child, and end those that hang.",
  },
  Worker: { plural: "Worker threads", remedy: "Keep a pool of workers; terminate the others." },
  FSEventWrap: { plural: "File watchers", remedy: "Close each watcher." },
};

/** Everything of an observation that may leak; requests under way are left out, as load moves them. */
export function countThings(observation: Observation): readonly CountedThing[] {
  const things: CountedThing[] = [];
  for (const [type, count] of Object.entries(observation.handles ?? {})) {
    const { plural, remedy } = RESOURCES[type] ?? {
      plural: `Handles of type ${type}`,
      remedy: "Close each of them when it is no longer needed.",
    };
    things.push({
      name: type,
      plural,
      remedy,
      count,
      source: "process.getActiveResourcesInfo",
      record: (nowMs) => recordHandles(type, nowMs),
    });
  }
  const { fileDescriptors, sockets = 0 } = observation;
  if (fileDescriptors !== undefined) {
    things.push({
      name: "files",
      plural: "Open files",
      remedy: "Close each file in a finally block, or open it with `await using`.",
      count: fileDescriptors - sockets,
      source: "/proc/self/fd",
      record: recordFiles,
    });
  }
  for (const [name, pool] of Object.entries(observation.pools ?? {})) {
    things.push({
      name: `pool ${name}`,
      plural: `Clients of the pool ${name} in use`,
      remedy: "Release each client in a finally block, also when a statement fails.",
      count: pool.total - pool.idle,
      limit: pool.max,
      source: "pool",
    });
  }
  return things;
}
