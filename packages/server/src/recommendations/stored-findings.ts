import type { RecommendationState } from "@streamgate/contract";
import type { Finding } from "@streamgate/core";
import type { StorePool } from "../platform/store-pool.ts";
import { isFindingState } from "../store/finding-state.ts";
import type { MeasuredSpeedup, SavedVerification } from "./saved-figure.ts";

/** A finding of the store with the little of its proof and verification that a list shows. */
export interface StoredFinding {
  readonly target: string;
  readonly state: RecommendationState;
  readonly stateSince: string;
  readonly finding: Finding;
  readonly speedups: readonly MeasuredSpeedup[];
  readonly verification: SavedVerification | null;
  /** A later look at the whole target did not find it again. */
  readonly isGone: boolean;
}

/** Changes whenever any finding, or what became of it, does. */
const FINDINGS_VERSION = `
select concat_ws('/',
  (select concat_ws('/', count(*), max(last_run), max(state_since)) from streamgate.findings),
  (select max(id) from streamgate.proofs), (select max(id) from streamgate.verifications),
  (select max(id) from streamgate.runs where ended_at is not null),
  (select concat_ws('/', count(*), max(at)) from streamgate.dismissals),
  (select concat_ws('/', count(*), max(last_seen), max(ended_at)) from streamgate.watch_findings)) as version`;

/** states in which nothing was done yet, most that are read */
const FINDINGS = `
select finding.target, finding.state, finding.state_since, finding.document,
  (select jsonb_agg(jsonb_build_object('fingerprint', statement->'fingerprint', 'speedup', statement->'speedupOfMedian'))
    from jsonb_array_elements(proof.document->'statements') statement
    where statement->>'role' = 'affected' and proof.document->'beside' is null) as speedups,
  case when verification.document is not null then jsonb_build_object('verdict', verification.document->'verdict',
    'before', verification.document->'before', 'statements', verification.document->'statements') end as verification,
  finding.state = any($1) and exists (select from streamgate.runs later
    where later.target = finding.target and later.id > finding.last_run
      and later.is_whole and later.outcome = 'finished') as is_gone
from streamgate.findings finding
left join lateral (select document from streamgate.proofs
  where target = finding.target and finding = finding.id order by id desc limit 1) proof on true
left join lateral (select document from streamgate.verifications
  where target = finding.target and finding = finding.id order by id desc limit 1) verification on true
order by finding.last_run desc, finding.saved_ms_per_hour desc limit $2`;

const MOST_FINDINGS = 5_000;
const UNTOUCHED: readonly RecommendationState[] = [
  "found",
  "proven",
  "not proven",
  "harmful in the lab",
];

export async function findingsVersion({ query }: Pick<StorePool, "query">): Promise<string> {
  return (await query<{ readonly version: string }>(FINDINGS_VERSION))[0]?.version ?? "";
}

export async function readStoredFindings({
  query,
}: Pick<StorePool, "query">): Promise<readonly StoredFinding[]> {
  const rows = await query<{
    readonly target: string;
    readonly state: string;
    readonly state_since: Date;
    readonly document: Finding;
    readonly speedups: readonly MeasuredSpeedup[] | null;
    readonly verification: SavedVerification | null;
    readonly is_gone: boolean;
  }>(FINDINGS, [UNTOUCHED, MOST_FINDINGS]);
  return rows.map((row) => ({
    target: row.target,
    // A state that only a later StreamGate knows is left alone: nothing leads out of it.
    state: isFindingState(row.state) ? row.state : "dismissed",
    stateSince: row.state_since.toISOString(),
    finding: row.document,
    speedups: row.speedups ?? [],
    verification: row.verification,
    isGone: row.is_gone,
  }));
}
