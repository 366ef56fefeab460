import type { MonitorHealth } from "@streamgate/monitor";
import type { SourceBoard } from "./source-board.ts";

const MONITOR = "monitor";
/** A problem of the monitor is over when it did not come again for so long. */
const PROBLEM_MS = 20_000;

/** Takes over what the monitor knows of its targets and of itself. */
export interface MonitorSources {
  look(health: MonitorHealth, nowMs: number): void;
}

/** @param everyMs how often targets are polled */
export function followMonitor(board: SourceBoard, everyMs: number): MonitorSources {
  board.add({ id: MONITOR, kind: "monitor", name: "monitor", everyMs });
  let known = new Map<string, string>();
  return {
    look: ({ targets, problems }, nowMs) => {
      // While a monitor gives way to another one there are none: what is not polled grows older.
      if (targets.length > 0) {
        const now = new Map(targets.map(({ url, service }) => [idOf(url), service]));
        for (const id of known.keys()) if (!now.has(id)) board.remove(id);
        // A target says what it is called with its first answer.
        for (const [id, name] of now)
          if (known.get(id) !== name) board.add({ id, kind: "agent", name, everyMs });
        known = now;
      }
      for (const { url, isUp, problem } of targets) {
        const id = idOf(url);
        if (isUp === true) board.succeeded(id, nowMs);
        if (isUp === false) board.failed(id, problem ?? "it does not answer");
      }
      const recent = Object.entries(problems)
        .filter(([, { atMs }]) => nowMs - atMs < PROBLEM_MS)
        .sort(([, one], [, other]) => other.atMs - one.atMs)
        .map(([part, { reason }]) => `${part}: ${reason}`);
      if (targets.length > 0) board.succeeded(MONITOR, nowMs, recent[0]);
    },
  };
}

function idOf(url: string): string {
  return `agent:${url}`;
}
