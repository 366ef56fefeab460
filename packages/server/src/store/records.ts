import type { Finding, Fix, Proof, Severity, Verification } from "@streamgate/core";
import type { FindingState } from "./finding-state.ts";

/** What a run was asked for. */
export interface NewRun {
  /** How the store names the database. */
  readonly target: string;
  /** Connection string without a password. */
  readonly connection: string;
  readonly goal: string;
  /** Whether all that is wrong is looked for: then what is not found again is gone. @default true */
  readonly isWhole?: boolean;
}

export type RunOutcome = "finished" | "failed" | "interrupted";

/** A finding as the store remembers it, with what has become of it. */
export interface FindingRecord {
  readonly target: string;
  readonly id: string;
  readonly severity: Severity;
  readonly state: FindingState;
  readonly stateSince: string;
  readonly lastRun: string;
  readonly finding: Finding;
}

type Direction = "apply" | "revert";

/** Work on the watched database that is about to start. */
export interface NewApplication {
  readonly run: string | null;
  readonly target: string;
  readonly finding: string;
  readonly direction: Direction;
  /** Who or what asked for it, in words. */
  readonly reason: string;
  readonly fix: Fix;
}

export interface ApplicationRecord extends NewApplication {
  readonly id: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly outcome: "done" | "failed" | "cut short" | null;
}

/** One line of the history: a finding with the newest of all that happened to it. */
export interface HistoryEntry extends FindingRecord {
  readonly connection: string;
  readonly proof: Proof | null;
  readonly verification: Verification | null;
  readonly applications: readonly ApplicationRecord[];
}

/** An act worth remembering. */
export interface Act {
  /** Who did it, as `auditedBy` names them. @default the person and process that run StreamGate */
  readonly actor?: string;
  readonly act: string;
  readonly target: string;
  readonly finding?: string;
  readonly run?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
