import type { FindingState } from "../../src/store/finding-state.ts";
import type { Store } from "../../src/store/store.ts";

/** A store that only notes what it is told, in order. */
export function recordingStore(calls: string[] = []): {
  readonly store: Store;
  readonly calls: string[];
  readonly reports: unknown[];
} {
  const reports: unknown[] = [];
  const applications = new Map<string, string>();
  const state: FindingState = "found";
  const store: Store = {
    address: "nowhere",
    serverPid: null,
    beginRun: async () => "1",
    endRun: async (_run, outcome, report) => {
      reports.push(report);
      calls.push(`end run ${outcome}`);
    },
    recordFinding: async (run, target, finding) => ({
      target,
      id: finding.id,
      severity: finding.severity,
      state,
      stateSince: "2026-01-01T00:00:00.000Z",
      lastRun: run,
      finding,
    }),
    recordProof: async (_run, _target, finding) => void calls.push(`proof ${finding}`),
    latestProofs: async () => [],
    recordVerification: async (_run, _target, finding) =>
      void calls.push(`verification ${finding}`),
    beginApplication: async ({ direction, finding }) => {
      const id = String(applications.size + 1);
      applications.set(id, `${direction} ${finding}`);
      calls.push(`begin ${direction} ${finding}`);
      return id;
    },
    endApplication: async (id, _outcome, to) => {
      calls.push(`end ${applications.get(id)} ${to}`);
    },
    abandonedApplications: async () => [],
    findingsWithId: async () => [],
    moveFinding: async () => undefined,
    lastApplyDocument: async () => null,
    standingFindings: async () => [],
    provenFindings: async () => [],
    history: async () => [],
    note: async () => undefined,
    close: async () => undefined,
  };
  return { store, calls, reports };
}
