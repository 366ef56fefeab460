import type { Proof } from "@streamgate/core";
import type { StoreQuery } from "../platform/store-pool.ts";

/** A plan that a proof saw, as text. */
export interface ProvenPlan {
  readonly text: string;
  readonly at: Date;
  /** Whether the fix stood. */
  readonly withFix: boolean;
}

const MOST_PROOFS = 20;

/** The plans of a statement that ran in labs, the latest first. */
export async function readProvenPlans(
  query: StoreQuery,
  targets: readonly string[],
  fingerprint: string,
): Promise<readonly ProvenPlan[]> {
  const rows = await query<{
    readonly at: Date;
    readonly statements: Proof["statements"];
  }>(
    `select at, document -> 'statements' as statements from streamgate.proofs
     where target = any($1) and document -> 'statements' @> $2::jsonb
     order by id desc limit ${MOST_PROOFS}`,
    [targets, JSON.stringify([{ fingerprint }])],
  );
  return rows.flatMap(({ at, statements }) =>
    statements
      .filter((one) => one.fingerprint === fingerprint)
      .flatMap(({ planBefore, planAfter, usesFix }) => [
        { text: planBefore, at, withFix: false },
        ...(usesFix ? [{ text: planAfter, at, withFix: true }] : []),
      ]),
  );
}
