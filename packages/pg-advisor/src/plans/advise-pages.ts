import type { Finding } from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { type KeysetPage, planKeysetPage } from "../rewrites/advice/keyset-page.ts";
import { analyse } from "../rewrites/analysis/analyse.ts";
import { type RewriteCatalogue, readCatalogue } from "../rewrites/catalogue/catalogue.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { listRows } from "./list-rows.ts";

/** A page as most APIs have it. */
const PAGE_ROWS = 20;
/** Two pages are turned over once: a key would spare little. */
const LEAST_PAGES = 3;

/**
 * Lists that are paged by OFFSET, though a page could begin behind a key: how deep callers go is not counted by the server, so that a list of
 * many pages is told of by its length. Its figures are the planner's.
 *
 * @param statements those that are worth a look
 * @returns findings `plan/offset` with the statement to send in their place
 */
export async function advisePages(
  statements: readonly Statement[],
  workload: Workload,
  snapshot: Snapshot,
  whatIf: Pick<WhatIf, "planMany">,
): Promise<readonly Finding[]> {
  const catalogue = readCatalogue(snapshot);
  const findings: Finding[] = [];
  for (const statement of statements) {
    const page = pageOf(statement, catalogue);
    if (page === null) continue;
    const requests = statement.samples.map((sample) => ({ text: statement.text, sample }));
    const plans = await whatIf.planMany(requests, { present: [], absent: [] });
    const rows = Math.max(0, ...plans.map((plan) => (plan instanceof Error ? 0 : listRows(plan))));
    if (rows >= PAGE_ROWS * LEAST_PAGES)
      findings.push(findingOf(statement, page, rows, workload, snapshot));
  }
  return findings;
}

/** The page behind a key of a statement with an offset that callers choose. */
export function pageOf({ text }: Statement, catalogue: RewriteCatalogue): KeysetPage | null {
  const node = nodeOf(text);
  const read = node === undefined ? null : analyse(node, catalogue);
  const page = read?.outcome === "understood" ? planKeysetPage(read.analysis) : null;
  return page?.offset === null ? null : page;
}

function findingOf(
  { fingerprint, text, calls, meanMs, totalMs }: Statement,
  page: KeysetPage,
  rows: number,
  { statements }: Workload,
  { server, takenAt }: Snapshot,
): Finding {
  const wholeMs = statements.reduce((sum, one) => sum + one.totalMs, 0);
  const evidence = { rung: "estimated", source: "twin", at: takenAt } as const;
  return {
    id: `pg-${hashOf(JSON.stringify(["plan/offset", server.database, fingerprint]), 8)}`,
    kind: "plan/offset",
    subject: { database: server.database, object: `statement ${fingerprint}` },
    severity: "low",
    summary: `Pages of a list of up to ${rows} rows (estimated) are found by OFFSET: each reads all pages before it and throws them away.`,
    savedMsPerHour: 0,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: wholeMs === 0 ? 0 : totalMs / wholeMs,
        meanMs,
        // How deep callers go is not known before it is tried.
        expectedMeanMs: meanMs,
      },
    ],
    evidence: [
      { name: "rows of the list", value: rows, unit: "rows", ...evidence },
      {
        name: "rows that the page in its middle throws away",
        value: Math.round(rows / 2),
        unit: "rows",
        ...evidence,
      },
    ],
    remedy: [`Page by key: ${page.text}`, page.callerMust].join("\n"),
    replacement: { kind: "keyset page", fingerprint, text: page.text, callerMust: page.callerMust },
  };
}
