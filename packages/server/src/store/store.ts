import type { Finding, Proof, Verification } from "@streamgate/core";
import type { FindingState } from "./finding-state.ts";
import type {
  Act,
  ApplicationRecord,
  FindingRecord,
  HistoryEntry,
  NewApplication,
  NewRun,
  RunOutcome,
} from "./records.ts";

/** StreamGate's own memory: what was found, proven, applied, verified, and who did it. */
export interface Store {
  /** Where it is, without a password. */
  readonly address: string;
  /** Process id of the embedded server that this process started; null where it started none. */
  readonly serverPid: number | null;

  beginRun(run: NewRun): Promise<string>;
  endRun(run: string, outcome: RunOutcome, report: unknown): Promise<void>;

  /** Notes a finding; one that stands in the database keeps its state, every other is `found`. */
  recordFinding(run: string, target: string, finding: Finding): Promise<FindingRecord>;
  recordProof(run: string, target: string, finding: string, proof: Proof): Promise<void>;
  /** The latest proofs on a target, newest first. */
  latestProofs(target: string, limit: number): Promise<readonly Proof[]>;
  recordVerification(
    run: string,
    target: string,
    finding: string,
    verification: Verification,
  ): Promise<void>;

  /**
   * Notes that work on the watched database starts (`applying`, `reverting`), and holds it as this
   * process's own until it ends. Called before the work.
   */
  beginApplication(application: NewApplication): Promise<string>;
  /** Notes how the work ended, and the state that the finding is in now. */
  endApplication(
    application: string,
    outcome: "done" | "failed" | "cut short",
    state: FindingState,
    document: unknown,
  ): Promise<void>;
  /** Work that began on the target and whose process is gone. */
  abandonedApplications(target: string): Promise<readonly ApplicationRecord[]>;

  /** Findings whose id begins so, on every target. */
  findingsWithId(prefix: string): Promise<readonly HistoryEntry[]>;
  /** Moves a finding to a state. @throws StreamGateError `SG_SERVER_FINDING_STATE`, `SG_SERVER_FINDING_UNKNOWN` */
  moveFinding(target: string, finding: string, state: FindingState): Promise<void>;
  /** What was noted at the end of the latest apply; null where there is none. */
  lastApplyDocument(target: string, finding: string): Promise<unknown>;
  /** Findings whose fix stands in the target. */
  standingFindings(target: string): Promise<readonly FindingRecord[]>;
  /** Findings that a lab has proven and nobody has applied yet. */
  provenFindings(target: string): Promise<readonly FindingRecord[]>;
  /** Newest first. */
  history(limit: number): Promise<readonly HistoryEntry[]>;

  note(act: Act): Promise<void>;
  close(): Promise<void>;
}
