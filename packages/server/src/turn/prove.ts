import { join } from "node:path";
import { type Finding, messageOf, type Proof } from "@streamgate/core";
import type { Lab, RelationName, Snapshot, Workload } from "@streamgate/pg-advisor";
import type { Diagnosis } from "./diagnose.ts";
import type { Sighting } from "./observe.ts";
import { proveReplacement } from "./prove-replacement.ts";
import { recentProofs } from "./recent-proofs.ts";
import { tellSkipped } from "./tell-skipped.ts";
import type { Turn } from "./turn-context.ts";
import { uniqueRelations } from "./unique-relations.ts";

/** The proof of each finding that could be proven or disproven. */
export type Proofs = ReadonlyMap<string, Proof>;

/**
 * Runs the statements with and without each fix, in one lab, most time saved first. A proof that
 * fails is noted with its reason and does not stop the others.
 */
export async function prove(
  turn: Turn,
  sighting: Sighting,
  { workload, findings }: Diagnosis,
): Promise<Proofs> {
  const proofs = new Map(await recentProofs(turn, findings));
  const chosen = chooseWhatToProve(
    turn,
    findings.filter(({ id }) => !proofs.has(id)),
  );
  if (chosen.length === 0) return proofs;
  const { snapshot } = sighting;
  const lab = await openLab(turn, snapshot, tablesFor(turn, chosen, workload, snapshot));
  tellSkipped(turn, "lab", lab.skipped);
  if (lab.serverPid !== null) {
    turn.tell({ kind: "server started", role: "lab", pid: lab.serverPid });
  }
  try {
    const { context, instruments } = turn;
    for (const finding of chosen.filter(({ replacement }) => replacement === undefined)) {
      // Statistics are proven by the estimates that they mend, too.
      const proveIt =
        finding.kind === "plan/row-estimate"
          ? instruments.proveStatistics
          : instruments.proveFinding;
      const proof = await proveOne(turn, finding, () =>
        proveIt({ finding, workload, snapshot, lab, context }),
      );
      if (proof !== undefined) proofs.set(finding.id, proof);
    }
    // What an earlier run proved may read tables that this lab does not hold.
    const together = chosen.filter(
      ({ id, replacement }) => replacement === undefined && proofs.get(id)?.verdict === "proven",
    );
    for (const [id, proof] of await proveTogether(turn, sighting, workload, together, lab)) {
      proofs.set(id, proof);
    }
    const standing = together.filter(({ id }) => proofs.get(id)?.verdict === "proven");
    for (const finding of chosen.filter(({ replacement }) => replacement !== undefined)) {
      const proof = await proveOne(turn, finding, () =>
        proveReplacement(turn, { finding, workload, snapshot, lab }, standing),
      );
      if (proof !== undefined) proofs.set(finding.id, proof);
    }
  } finally {
    await lab.close();
    turn.tell({ kind: "server stopped", role: "lab" });
  }
  return proofs;
}

/**
 * Fixes that were proven one by one, together and each beside the others: one that adds nothing to them counts as not proven, and is not
 * applied. Where that fails, the proofs of each alone stand.
 *
 * @returns the proofs of those that are taken out
 */
async function proveTogether(
  turn: Turn,
  { snapshot }: Sighting,
  workload: Workload,
  findings: readonly Finding[],
  lab: Lab,
): Promise<Proofs> {
  const { context, instruments, store } = turn;
  const takenOut = new Map<string, Proof>();
  if (findings.length < 2) return takenOut;
  try {
    const set = await instruments.proveSet({ findings, workload, snapshot, lab, context });
    turn.tell({ kind: "set proof", set });
    for (const { finding, proof, isKept } of set.members) {
      if (isKept) continue;
      await store.recordProof(turn.run, turn.target, finding, proof);
      turn.tell({ kind: "proof", finding, proof });
      takenOut.set(finding, proof);
    }
  } catch (error) {
    context.signal.throwIfAborted();
    const message = `The fixes were not measured together: ${messageOf(error)}`;
    turn.tell({ kind: "warning", message });
  }
  return takenOut;
}

/** Of fixes and of other ways of asking as many each. */
function chooseWhatToProve(turn: Turn, findings: readonly Finding[]): readonly Finding[] {
  const fixes = findings.filter(
    ({ fix, replacement }) => fix !== undefined && replacement === undefined,
  );
  const replacements = findings.filter(({ replacement }) => replacement !== undefined);
  const { proofLimit } = turn.options;
  for (const finding of [...fixes.slice(proofLimit), ...replacements.slice(proofLimit)]) {
    turn.tell({
      kind: "proof failed",
      finding: finding.id,
      reason: `only the ${proofLimit} findings that save most are proven in one run`,
    });
  }
  return [...fixes.slice(0, proofLimit), ...replacements.slice(0, proofLimit)];
}

/** The tables that any of the proofs needs: one lab serves them all. */
function tablesFor(
  turn: Turn,
  findings: readonly Finding[],
  workload: Workload,
  snapshot: Snapshot,
): readonly RelationName[] {
  return uniqueRelations(
    findings.flatMap((finding) => turn.instruments.tablesForProof(finding, workload, snapshot)),
  );
}

async function openLab(
  turn: Turn,
  snapshot: Snapshot,
  tables: readonly RelationName[],
): Promise<Lab> {
  const { instruments, options, context } = turn;
  if (options.lab.kind === "named") {
    return instruments.openNamedLab({ url: options.lab.url, snapshot, tables, context });
  }
  return instruments.createLabCopy({
    source: options.connectionString,
    snapshot,
    tables,
    folder: join(options.folder, "lab"),
    sharedFolder: options.sharedFolder,
    context,
  });
}

async function proveOne(
  turn: Turn,
  finding: Finding,
  run: () => Promise<Proof>,
): Promise<Proof | undefined> {
  turn.context.signal.throwIfAborted();
  turn.tell({ kind: "proof started", finding: finding.id });
  try {
    const proof = await run();
    await turn.store.recordProof(turn.run, turn.target, finding.id, proof);
    turn.tell({ kind: "proof", finding: finding.id, proof });
    return proof;
  } catch (error) {
    turn.context.signal.throwIfAborted();
    turn.tell({ kind: "proof failed", finding: finding.id, reason: messageOf(error) });
    return undefined;
  }
}
