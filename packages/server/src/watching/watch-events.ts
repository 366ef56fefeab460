import { systemClock } from "@streamgate/core";
import type { AlertTransition, TargetStatus } from "@streamgate/monitor";
import type { Terminal } from "../command-line/terminal.ts";
import { oneLine } from "../report/text/layout.ts";
import { counted } from "../report/wording.ts";
import { redact, redactDeeply } from "../secrets/redact.ts";
import { transitionLine } from "./alert-lines.ts";

/** What happens while `streamgate watch` runs; with `--json` each is one line. */
export type WatchEvent =
  | {
      readonly kind: "started";
      readonly path: string;
      readonly targets: number;
      readonly rules: number;
      readonly channels: readonly string[];
      readonly agentUrl: string;
    }
  | ({ readonly kind: "alert" } & AlertTransition)
  | { readonly kind: "target"; readonly target: TargetStatus }
  | { readonly kind: "leading"; readonly isLeading: boolean }
  | { readonly kind: "reloaded"; readonly path: string; readonly isHistoryLeft: boolean }
  | { readonly kind: "not reloaded"; readonly reason: string }
  | { readonly kind: "store lost" }
  | { readonly kind: "store found" }
  | { readonly kind: "problem"; readonly part: string; readonly reason: string };

export type TellWatchEvent = (event: WatchEvent) => void;

/** Tells of what happens: alerts are the output, everything else is beside it. No secret passes. */
export function watchTeller(terminal: Terminal, isJson: boolean): TellWatchEvent {
  const firing = new Set<string>();
  return (event) => {
    if (isJson) {
      const at = systemClock.now().toISOString();
      terminal.print(JSON.stringify(redactDeeply({ at, ...event })));
      return;
    }
    if (event.kind !== "alert") terminal.tell(redact(describe(event)));
    else if (isNews(event, firing)) terminal.print(redact(transitionLine(event)));
  };
}

/** A person is told what fires and when that is over; what was only about to fire is over without a word. */
function isNews({ alertId, state }: AlertTransition, firing: Set<string>): boolean {
  if (state === "resolved") return firing.delete(alertId);
  if (state === "firing") firing.add(alertId);
  return state === "firing";
}

function describe(event: Exclude<WatchEvent, { readonly kind: "alert" }>): string {
  switch (event.kind) {
    case "started":
      return greeting(event);
    case "target":
      return targetLine(event.target);
    case "leading":
      return event.isLeading
        ? "This instance tells of alerts."
        : "Another instance tells of alerts; this one is ready to take over.";
    case "reloaded":
      return `Read ${event.path} again: targets, rules and alerting are as it says now.${event.isHistoryLeft ? " What it says of history counts from the next start." : ""}`;
    case "not reloaded":
      return `The file was not taken over, all goes on as before. ${event.reason}`;
    case "store lost":
      return "The store's server ends; looking for another, or starting one …";
    case "store found":
      return "The store is there again, and the watch goes on.";
    case "problem":
      return `${event.part}: ${oneLine(event.reason)}; it is tried again`;
  }
}

function greeting(event: WatchEvent & { readonly kind: "started" }): string {
  const { targets, rules, channels, path, agentUrl } = event;
  return [
    `Watching ${counted(targets, "target")} by ${counted(rules, "rule")}, as ${path} says.`,
    channels.length === 0
      ? "Nobody is told: the file names no channels. Alerts are shown here and by `streamgate alerts`."
      : `Told by: ${channels.join(", ")}.`,
    `StreamGate's own figures: ${agentUrl}/metrics. Ctrl-C ends it; SIGHUP reads the file again.\n`,
  ].join("\n");
}

function targetLine({ url, service, isUp, series, problem }: TargetStatus): string {
  const name = oneLine(service);
  if (isUp !== true) return `DOWN  ${name}  ${oneLine(problem ?? `${url} does not answer`)}`;
  const left = problem === undefined ? "" : `; ${oneLine(problem)}`;
  return `up    ${name}  ${url}  ${counted(series, "series", "series")}${left}`;
}
