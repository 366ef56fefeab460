import { join } from "node:path";
import { type Finding, type Proof, StreamGateError } from "@streamgate/core";
import type { ProveReplacementInput } from "@streamgate/pg-advisor";
import type { Turn } from "./turn-context.ts";

/**
 * Another way of asking must be worth its while with what is going to be applied to the database: the fixes that this turn has proven, or an
 * earlier one, for the same statement.
 *
 * @param proven of this turn
 */
export async function proveReplacement(
  turn: Turn,
  input: Pick<ProveReplacementInput, "finding" | "workload" | "snapshot" | "lab">,
  proven: readonly Finding[],
): Promise<Proof> {
  const beside = await fixesBeside(turn, input, proven);
  try {
    return await proveBeside(turn, input, beside);
  } catch (error) {
    // Somebody made it by hand since it was proven: then it stands anyway.
    const isFixAtFault =
      error instanceof StreamGateError && error.code === "SG_PG_FIX_FAILED_ON_LAB";
    if (beside.length === 0 || !isFixAtFault) throw error;
    return proveBeside(turn, input, []);
  }
}

/** A summary has to be made first; anything else is asked of the tables that are there. */
function proveBeside(
  { instruments, context, options }: Turn,
  input: Pick<ProveReplacementInput, "finding" | "workload" | "snapshot" | "lab">,
  beside: readonly Finding[],
): Promise<Proof> {
  if (input.finding.replacement?.kind === "summary") {
    return instruments.proveSummary({ ...input, context, beside });
  }
  const { folder, sharedFolder } = options;
  const place = { folder: join(folder, "small"), sharedFolder };
  return instruments.proveReplacement({ ...input, context, place, beside });
}

async function fixesBeside(
  { store, target }: Turn,
  { finding, lab }: Pick<ProveReplacementInput, "finding" | "lab">,
  proven: readonly Finding[],
): Promise<readonly Finding[]> {
  const here = new Set(lab.description.tables.map(({ table }) => table));
  const earlier = (await store.provenFindings(target).catch(() => [])).map((one) => one.finding);
  const known = new Set(proven.map(({ id }) => id));
  return [
    ...proven,
    ...earlier.filter(({ id, subject }) => !known.has(id) && here.has(subject.object)),
  ]
    .filter(({ fix, replacement }) => fix !== undefined && replacement === undefined)
    .filter((one) => isAboutSame(one, finding));
}

/** Whether a fix was advised for a statement that is to be asked otherwise. */
function isAboutSame(fix: Finding, replacement: Finding): boolean {
  const fingerprints = new Set(replacement.statements.map(({ fingerprint }) => fingerprint));
  return fix.statements.some(({ fingerprint }) => fingerprints.has(fingerprint));
}
