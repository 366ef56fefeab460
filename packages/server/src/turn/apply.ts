import { type Finding, type Fix, messageOf, type Proof } from "@streamgate/core";
import { type AppliedDocument, type BeforeWindows, keptWindows } from "./before-windows.ts";
import type { Proofs } from "./prove.ts";
import type { Turn } from "./turn-context.ts";

/** A finding with the fix that a person, or `--yes`, let be applied. */
export interface Approved {
  readonly finding: Finding;
  readonly fix: Fix;
}

/** Asks for every fix that has earned it; the others are named with the reason. */
export async function approve(
  turn: Turn,
  findings: readonly Finding[],
  proofs: Proofs,
): Promise<readonly Approved[]> {
  const approved: Approved[] = [];
  for (const finding of findings) {
    turn.context.signal.throwIfAborted();
    const { fix } = finding;
    if (fix === undefined) continue;
    const proof = proofs.get(finding.id) ?? null;
    const objection =
      waitsForCode(turn, finding) ?? objectionTo(proof, turn.options.allowsUnproven);
    if (objection !== null) {
      turn.tell({ kind: "apply declined", finding: finding.id, reason: objection });
    } else if (await turn.confirm(finding, proof)) {
      approved.push({ finding, fix });
    } else {
      turn.tell({ kind: "apply declined", finding: finding.id, reason: "you said no" });
    }
  }
  return approved;
}

/** What only other code would use is made when somebody asks for it by name. */
function waitsForCode({ options }: Turn, { id, replacement }: Finding): string | null {
  if (replacement === undefined || options.onlyFindings?.includes(id) === true) return null;
  return "the code that asks has to change with it: apply it by its id when that is ready";
}

/** Why a fix may not be applied; null where it may. What harmed in the lab never is. */
function objectionTo(proof: Proof | null, allowsUnproven: boolean): string | null {
  if (proof?.verdict === "harmful") return `it did harm in the lab: ${proof.explanation}`;
  if (proof?.verdict === "proven" || allowsUnproven) return null;
  return proof === null ? "it has no proof" : `it is not proven: ${proof.explanation}`;
}

/** Applies each approved fix, and returns those that stand. `applying` is in the store before the work. */
export async function apply(
  turn: Turn,
  approved: readonly Approved[],
  before: BeforeWindows,
): Promise<readonly Finding[]> {
  const standing: Finding[] = [];
  for (const { finding, fix } of approved) {
    turn.context.signal.throwIfAborted();
    if (await applyOne(turn, finding, fix, before)) standing.push(finding);
  }
  return standing;
}

async function applyOne(
  turn: Turn,
  finding: Finding,
  fix: Fix,
  before: BeforeWindows,
): Promise<boolean> {
  const { store, instruments, context, options, run, target } = turn;
  const application = await store.beginApplication({
    run,
    target,
    finding: finding.id,
    direction: "apply",
    reason: options.approval,
    fix,
  });
  turn.tell({ kind: "apply started", finding: finding.id });
  try {
    const done = await instruments.applyFix({
      fix,
      connectionString: options.connectionString,
      context,
    });
    const kept: AppliedDocument = { ...done, before: keptWindows(before, finding) };
    await store.endApplication(application, "done", "applied", kept);
    turn.tell({ kind: "application", finding: finding.id, application: done });
    return true;
  } catch (error) {
    // The instrument has cleaned up what it began, or says in its message what is left.
    const reason = messageOf(error);
    await store.endApplication(application, "failed", "found", { reason });
    turn.tell({ kind: "apply failed", finding: finding.id, reason });
    context.signal.throwIfAborted();
    return false;
  }
}
