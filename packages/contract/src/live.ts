import type { Instant } from "./basics.ts";

/** What changed, so that whoever shows it reads it again. */
export type LiveTopic =
  | "now"
  | "alerts"
  | "incidents"
  | "recommendations"
  | "jobs"
  | "sources"
  | "profiles"
  | "configuration";

/**
 * An event of `/api/v1/events` (server-sent events): `event` is the kind, `data` the rest as JSON, `id` counts up; who comes back with
 * `Last-Event-ID` hears what was missed, or `reset` where that is no longer known.
 */
export type LiveEvent =
  /** The six figures of the first screen at an instant, each second or two. Null: not known. */
  | {
      readonly kind: "tick";
      readonly at: Instant;
      readonly figures: Readonly<Record<string, number | null>>;
    }
  | { readonly kind: "changed"; readonly topics: readonly LiveTopic[] }
  /** What was missed cannot be told: read everything again. */
  | { readonly kind: "reset" };
