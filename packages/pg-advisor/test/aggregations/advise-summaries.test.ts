import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { adviseSummaries } from "../../src/aggregations/advise-summaries.ts";
import { proveSummary } from "../../src/aggregations/proof/prove-summary.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { counters } from "../choice/media-scenario.ts";
import { openTwin } from "../choice/open-twin.ts";
import { type LabFolder, makeLabFolder, SHARED_FOLDER } from "../lab/lab-folder.ts";
import { quietContext } from "../twin-support.ts";
import { insertVisits, SCHEMA } from "./audience.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let twin: Twin;
let folder: LabFolder;
let lab: Lab;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query("alter table visits drop column device");
  await postgres.query(
    insertVisits(1, 60_000)
      .replace(" device,", "")
      .replace(/\(array\['phone'.*?::device,/s, ""),
  );
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  twin = await openTwin(snapshot);
  folder = await makeLabFolder();
  lab = await createLabCopy({
    source: postgres.url(),
    snapshot,
    tables: [{ schema: "public", name: "visits" }],
    folder: folder.lab,
    sharedFolder: SHARED_FOLDER,
    context: quietContext(),
  });
});

afterAll(async () => {
  await lab?.close();
  await folder?.remove();
  await twin?.close();
  await postgres?.stop();
});

type Counted = readonly [calls: number, meanMs: number, rows: number, text: string];

function workloadOf(...statements: readonly Counted[]): Promise<Workload> {
  return buildWorkload({
    counters: statements.map(([calls, meanMs, rows, text], index) =>
      counters({ text, calls, meanMs, rows: calls * rows, queryId: String(index + 1) }),
    ),
    window: {
      source: "counters since reset",
      from: null,
      to: snapshot.takenAt,
      durationMs: 3_600_000,
    },
    snapshot,
    whatIf: twin,
    random: seededRandom(1),
    mostStatements: 0,
  });
}

const BRIEFLY = { rounds: 6 };
const BY_KIND = "select kind, count(*), sum(watched) from visits group by kind";
const BY_DAY =
  "select to_char(seen_at at time zone $4, $5) as day, count(*) as visits, avg(price) from visits where user_id = $1 and seen_at >= $2 and seen_at < $3 group by 1 order by 1";
const WRITE = "insert into visits (user_id, kind, watched, seen_at) values ($1, $2, $3, $4)";

async function advise(...statements: readonly Counted[]) {
  const workload = await workloadOf(...statements);
  return { workload, ...(await adviseSummaries({ workload, snapshot, whatIf: twin })) };
}

describe("advice on summaries", () => {
  it("keeps a summary by triggers where they are exact and writers pay less than readers gain, and proves it", async () => {
    const { workload, findings } = await advise([900, 12, 3, BY_KIND], [2_000, 0.05, 1, WRITE]);
    const [finding, ...others] = findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      kind: "query/summary",
      subject: { object: "public.visits" },
      replacement: { kind: "summary", fingerprint: finding?.statements[0]?.fingerprint },
    });
    expect(finding?.replacement?.callerMust).toBeUndefined();
    expect(finding?.fix?.steps).toHaveLength(3);
    expect(
      finding?.evidence.every(
        ({ rung, name }) => rung === "estimated" || /calls|mean time of a call$/.test(name),
      ),
    ).toBe(true);
    if (finding === undefined) return;
    const proof = await proveSummary({
      finding,
      workload,
      snapshot,
      lab,
      context: quietContext(),
      options: BRIEFLY,
    });
    expect(proof.verdict, proof.explanation).toBe("proven");
    expect(proof.statements[0]).toMatchObject({
      results: { kind: "identical" },
      replacedBy: finding.replacement?.text,
    });
    expect(proof.explanation).toMatch(/After \d+ random writes the summary was still equal/);
    expect(proof.writeCost).toMatchObject({ table: "public.visits", rows: 110 });
    const again = await proveSummary({
      finding,
      workload,
      snapshot,
      lab,
      context: quietContext(),
      options: BRIEFLY,
    });
    expect(again.verdict, "the lab was left as it was").toBe("proven");
  });

  it("answers ranges of whole days from the summary, says so, and says which constants it took for granted", async () => {
    const { workload, findings } = await advise([900, 15, 20, BY_DAY]);
    const [finding] = findings;
    expect(finding?.remedy).toContain("$4 = 'UTC'");
    expect(finding?.remedy).toContain("whole stretches (day, UTC)");
    if (finding === undefined) throw new Error("nothing was found");
    const proof = await proveSummary({
      finding,
      workload,
      snapshot,
      lab,
      context: quietContext(),
      options: BRIEFLY,
    });
    expect(proof.verdict, proof.explanation).toBe("proven");
    expect(proof.explanation).toContain("for ranges of whole stretches (day, UTC)");
  });

  it("refreshes a view where a row that goes could take the greatest with it, and says how old answers are", async () => {
    const { workload, findings } = await advise(
      [900, 15, 3, "select kind, max(watched) from visits group by kind"],
      [2_000, 0.05, 1, WRITE],
    );
    const [finding] = findings;
    expect(finding?.replacement?.callerMust).toMatch(
      /^run refresh materialized view concurrently public\.visits_by_kind_\w+ every .+: answers are as old/,
    );
    expect(finding?.remedy).toContain("max() of what is left is not known");
    if (finding === undefined) return;
    const proof = await proveSummary({
      finding,
      workload,
      snapshot,
      lab,
      context: quietContext(),
      options: BRIEFLY,
    });
    expect(proof.verdict, proof.explanation).toBe("proven");
    expect(proof.explanation).toMatch(/A refresh takes/);
    expect(proof.writeCost).toBeUndefined();
  });

  it("refreshes a view where writers would pay more than readers gain", async () => {
    const { findings } = await advise([900, 12, 3, BY_KIND], [200_000, 0.05, 1, WRITE]);
    expect(findings[0]?.fix?.steps[0]).toMatchObject({ lock: "ACCESS SHARE" });
    expect(findings[0]?.remedy).toContain("triggers would take");
  });

  it("applies its fix on a watched database, and takes it back", async () => {
    const { findings } = await advise([900, 12, 3, BY_KIND]);
    const [finding] = findings;
    if (finding?.fix === undefined) throw new Error("nothing was found");
    const request = { connectionString: postgres.url(), fix: finding.fix, context: quietContext() };
    await applyFix(request);
    await applyFix(request);
    await postgres.query("update visits set kind = 'stop' where id = 1");
    const [kept, counted] = [
      await postgres.query(`${finding.replacement?.text} order by kind`),
      await postgres.query(`${BY_KIND} order by kind`),
    ];
    expect(kept).toEqual(counted);
    await revertFix(request);
    expect(
      await postgres.query("select 1 from pg_class where relname like 'visits\\_by%'"),
    ).toEqual([]);
  });

  it.each([
    ["select count(distinct country) from visits", "DISTINCT"],
    ["select string_agg(kind, ',') from visits group by country", "order of its rows"],
    ["select ratio, count(*) from visits group by ratio", "equal values of ratio"],
    [
      "select kind, count(*) from visits join (select 1 as one) as x on true group by kind",
      "reads a subquery",
    ],
    [
      "select v.kind, count(*) from visits v join visits w on w.id = v.id and w.seen_at < now() group by v.kind",
      "which may change",
    ],
    ["select seen_at, count(*) from visits group by seen_at", "may change within a minute"],
    [
      "select extract(epoch from seen_at), count(*) from visits group by 1",
      "may change within a minute",
    ],
    [
      "select kind, count(*) filter (where seen_at > '2026-01-05') from visits group by kind",
      "may change for the same row",
    ],
    ["select kind, count(*) from visits group by kind limit 2", "LIMIT without ORDER BY"],
    ["select kind, sum(count(*)) over () from visits group by kind", "window"],
    ["select count(*) from visits where id in (select 1)", "subquery"],
    ["select kind, count(*) from visits group by grouping sets ((kind), ())", "several sets"],
    ["select count(*) from visits where local_time > now()", "without time zone"],
    ["select id, kind, count(*) from visits group by id", "no group of its own"],
    [
      "select kind, sum(case when seen_at > '2026-01-05' then 1 end) from visits group by kind",
      "may change for the same row",
    ],
  ])("declines what no summary answers exactly: %s", async (text, because) => {
    const { findings, declined } = await advise([900, 20, 1, text]);
    expect(findings).toEqual([]);
    expect(declined[0]?.explanation).toContain(because);
  });

  it("leaves alone what is asked seldom, or brings rows and counts none", async () => {
    const { findings, declined } = await advise(
      [3, 900, 3, BY_KIND],
      [900, 20, 100, "select * from visits where kind = $1"],
    );
    expect([...findings, ...declined]).toEqual([]);
  });

  it("says that an index does as much where a call counts few rows", async () => {
    const { findings } = await advise([900, 15, 1, "select count(*) from visits where bytes = $1"]);
    for (const { severity, remedy } of findings) {
      expect(severity).toBe("info");
      expect(remedy).toContain("An index costs writers less");
    }
  });
});
