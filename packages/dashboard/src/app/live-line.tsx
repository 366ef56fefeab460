import type { JSX } from "preact";
import { formatAge } from "../format/instant.ts";
import { hrefWith } from "./address.ts";
import type { Address } from "./page.ts";

export interface LiveLineProps {
  readonly address: Address;
  /** `connecting` on the server, too: it cannot know. */
  readonly state: "connecting" | "live" | "paused" | "past" | "lost";
  /** Since the data were read. */
  readonly ageMs: number;
  readonly onReload?: () => void;
}

const WORDS: Readonly<Record<LiveLineProps["state"], string>> = {
  connecting: "Read",
  live: "Live",
  paused: "Paused",
  past: "Past",
  lost: "No connection",
};

/** Whether the page follows what happens, how old it is, and what turns that on and off. */
export function LiveLine({ address, state, ageMs, onReload }: LiveLineProps): JSX.Element {
  return (
    <div class="live-status">
      <span class={`live-sign is-${state}`} aria-hidden="true" />
      <span class="live-word">{WORDS[state]}</span>
      <span class="live-age">{ageMs < 2_500 ? "just now" : `${formatAge(ageMs)} ago`}</span>
      {state === "past" ? null : (
        <a href={hrefWith(address, { live: state === "paused" ? null : "off" })}>
          {state === "paused" ? "Resume" : "Pause"}
        </a>
      )}
      <button type="button" class="quiet needs-script" onClick={onReload}>
        Reload
      </button>
    </div>
  );
}

/** Whether an address asks for a page that follows what happens. */
export function followOf(address: Address): "follow" | "paused" | "past" {
  const to = address.search.get("to") ?? "now";
  if (to !== "now") return "past";
  return address.search.get("live") === "off" ? "paused" : "follow";
}
