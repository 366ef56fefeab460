import type { Shape } from "./plan.ts";

/** What a worker saw of one read. Times are microseconds of the machine's monotonic clock since the run began. */
export interface ReadEvent {
  readonly kind: "read";
  readonly actor: number;
  readonly operation: number;
  readonly entry: number;
  readonly startUs: number;
  readonly endUs: number;
  /** When the turn of the event loop began in which the read did. */
  readonly turnUs: number;
  /** By number of row; −1 where the value does not depend on it. Undefined when there was no value, as a look may find. */
  readonly versions: readonly number[] | undefined;
  /** `mangled`: not what a load of this entry gave. `failed`: it rejected. `hung`: it did not settle. */
  readonly outcome: "value" | "mangled" | "failed" | "hung";
  readonly detail?: string;
}

/** What a worker saw of one commit with the invalidation or the set behind it. */
export interface WriteEvent {
  readonly kind: "write";
  readonly actor: number;
  readonly operation: number;
  readonly row: number;
  readonly version: number;
  readonly committedUs: number;
  readonly resolvedUs: number;
  /** `rejected` and `hung` carry no promise. */
  readonly outcome: "resolved" | "rejected" | "hung";
  readonly isEverywhere: boolean;
  readonly detail?: string;
}

export type ScheduleEvent = ReadEvent | WriteEvent;

/** A worker's part of a schedule. */
export interface PartReport {
  readonly number: number;
  readonly events: readonly ScheduleEvent[];
}

/** From the coordinator to a worker. */
export type Order =
  | {
      readonly order: "run";
      readonly shape: Shape;
      readonly numbers: readonly number[];
    }
  | {
      readonly order: "probe";
      readonly role: "writer" | "reader";
      readonly rounds: number;
      readonly name: string;
    };

/** From a worker to the coordinator. */
export type Tiding =
  | { readonly tiding: "ready" }
  | { readonly tiding: "parts"; readonly parts: readonly PartReport[] }
  | { readonly tiding: "unhandled"; readonly text: string }
  | { readonly tiding: "broken"; readonly text: string }
  | { readonly tiding: "probed"; readonly stamps: readonly ProbeStamp[] };

/** A writer tells when version `version` was invalidated; a reader when it last began a read that gave an older one. */
export interface ProbeStamp {
  readonly version: number;
  readonly atUs: number;
}
