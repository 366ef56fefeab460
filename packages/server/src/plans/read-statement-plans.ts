import type { Marker, StatementPlan } from "@streamgate/contract";
import type { Platform } from "../platform/platform.ts";
import type { StatementRow } from "../queries/statement-rows.ts";
import { instantOf, type SteppedRange } from "../ranges/time-range.ts";
import { addressOf } from "../secrets/redact.ts";
import type { GenericPlans, TimedPlan } from "./generic-plans.ts";
import { planChangesOf } from "./history/plan-changes.ts";
import type { KeptPlan } from "./history/plan-looks.ts";
import { readKeptPlans } from "./history/plan-table.ts";
import { readProvenPlans } from "./proven-plans.ts";
import { statementPlans } from "./statement-plans.ts";

interface PlanParts {
  readonly platform: Platform;
  readonly genericPlans: GenericPlans;
}

/** The plans that the watched database was seen to have, the latest first. */
export async function keptPlans(
  { tables }: Pick<Platform, "tables">,
  { database, fingerprint }: StatementRow,
): Promise<readonly KeptPlan[]> {
  const byFingerprint = await readKeptPlans(tables.query, database, [fingerprint]);
  return byFingerprint.get(fingerprint) ?? [];
}

/** That it got another plan, on its charts. */
export function planMarkers(
  kept: readonly KeptPlan[],
  { fromMs, toMs }: Pick<SteppedRange, "fromMs" | "toMs">,
): readonly Marker[] {
  return planChangesOf(kept)
    .filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
    .map(({ atMs, sentences }) => ({
      at: instantOf(atMs),
      kind: "change",
      label: `another plan${sentences[0] === undefined ? "" : `: ${sentences[0]}`}`,
      href: "",
    }));
}

/** Proofs keep plans under the database's name, or under its address where the command line made them. */
export async function plansOf(
  { platform, genericPlans }: PlanParts,
  row: StatementRow,
  kept: readonly KeptPlan[],
  asksTwin = false,
): Promise<readonly StatementPlan[]> {
  const database = platform.configuration().databases.find(({ name }) => name === row.database);
  const targets = [row.database, ...(database === undefined ? [] : [addressOf(database.url)])];
  const [proven, told] = await Promise.all([
    readProvenPlans(platform.tables.query, targets, row.fingerprint),
    database === undefined ? null : genericPlans.planOf(database, row),
  ]);
  const imagined =
    asksTwin && told === null && database !== undefined
      ? await imaginedPlan(platform, database, row.fingerprint)
      : null;
  return statementPlans({ proven, kept, told, imagined });
}

/** What the twin's planner would do; null where it cannot be asked now. */
async function imaginedPlan(
  { twins, clock }: Platform,
  database: Parameters<Platform["twins"]["use"]>[0],
  fingerprint: string,
): Promise<TimedPlan | null> {
  const plan = await twins
    .use(database, async ({ twin, workload }) => {
      const known = workload.statements.find((one) => one.fingerprint === fingerprint);
      if (known === undefined) return null;
      return twin.plan(known.text, "generic", { present: [], absent: [] });
    })
    .catch(() => null);
  return plan === null ? null : { plan, atMs: clock.now().getTime() };
}
