import { join } from "node:path";
import { type Finding, type Proof, seededRandom } from "@streamgate/core";
import {
  adviseStatistics,
  adviseSummaries,
  buildWorkload,
  createTwin,
  openNamedLab,
  proveSummary,
  type RunContext,
  readSnapshot,
  tablesForProof,
  tryStatistics,
} from "@streamgate/pg-advisor";

/** What became of the statements of one database. */
export interface Measured {
  /** By fingerprint. */
  readonly proofs: ReadonlyMap<string, { readonly finding: Finding; readonly proof: Proof }>;
  readonly declined: readonly string[];
  /** Errors of estimates, the larger over the smaller: by fingerprint, without the statistics and with them. */
  readonly errors: ReadonlyMap<string, { readonly before: number; readonly after: number }>;
}

/** Advises on a database by its own counters, and proves what is advised on its own rows. */
export async function adviseAndProve(
  url: string,
  folder: string,
  windowMs: number,
  context: RunContext,
): Promise<Measured> {
  const snapshot = await readSnapshot(url);
  const twin = await createTwin({
    snapshot,
    folder: join(folder, "twin"),
    sharedFolder: join(folder, "shared"),
    context,
  });
  try {
    const workload = await buildWorkload({
      counters: snapshot.statements,
      window: {
        source: "counters since reset",
        from: null,
        to: snapshot.takenAt,
        durationMs: windowMs,
      },
      snapshot,
      whatIf: twin,
      random: seededRandom(1),
    });
    const summaries = await adviseSummaries({ workload, snapshot, whatIf: twin });
    const statistics = await adviseStatistics({ workload, snapshot, whatIf: twin });
    const proofs = new Map<string, { finding: Finding; proof: Proof }>();
    const errors = new Map<string, { before: number; after: number }>();
    const input = async (finding: Finding) => {
      const tables = tablesForProof(finding, workload, snapshot);
      const lab = await openNamedLab({ url, snapshot, tables, context, allowsWatched: true });
      return { finding, workload, snapshot, lab, context };
    };
    for (const finding of summaries.findings) {
      const proof = await proveSummary(await input(finding));
      proofs.set(finding.statements[0]?.fingerprint ?? "", { finding, proof });
    }
    for (const finding of statistics.findings) {
      const trials = await tryStatistics(await input(finding));
      errors.set(finding.statements[0]?.fingerprint ?? "", {
        before: middle(trials.map(({ rowsBefore, realRows }) => errorOf(rowsBefore, realRows))),
        after: middle(trials.map(({ rowsAfter, realRows }) => errorOf(rowsAfter, realRows))),
      });
    }
    return { proofs, errors, declined: summaries.declined.map(({ candidate }) => candidate) };
  } finally {
    await twin.close();
  }
}

function errorOf(expected: number, real: number): number {
  const [one, other] = [Math.max(1, expected), Math.max(1, real)];
  return Math.max(one / other, other / one);
}

function middle(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
