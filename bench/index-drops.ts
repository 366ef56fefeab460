// Which indexes may go, and which look as if they might: is any drop wrong, and would published rules have dropped what is needed?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { DROP_CORPUS } from "../test/support/drop-corpus/corpus.ts";
import { type JudgedCase, judgeCorpus } from "../test/support/drop-corpus/judge-corpus.ts";
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { type BloatError, measureBloatErrors } from "./index-drops/bloat.ts";
import { RIVALS } from "./index-drops/rivals.ts";
import { countRow, rowsOfScore, type Score, score, verdictsByReason } from "./index-drops/score.ts";

export const bench: Bench = {
  async measure(tell) {
    const postgres = await startTestPostgres({
      hasStatementCounters: false,
      settings: { autovacuum: "off", shared_buffers: "256MB" },
    });
    const folder = await mkdtemp("/tmp/streamgate-bench-drops-");
    await chmod(folder, 0o755);
    try {
      tell(`making ${DROP_CORPUS.length} cases`);
      const judged = await judgeCorpus(postgres, DROP_CORPUS, join(folder, "twin"));
      const { cases, indexes, weighedMs, statements } = judged;
      const own = score(cases, ({ verdict }) => verdict?.action === "drop");
      const rivals = Object.entries(RIVALS).map(([name, rule]) => {
        const dropped = rule(indexes);
        return [name, score(cases, (one) => dropped.has(indexName(one)))] as const;
      });
      const misjudged = cases.filter((one) => !isAsExpected(one));
      for (const { of } of misjudged) tell(`not as expected: ${of.name}`);
      for (const [name, { wrong }] of rivals)
        tell(`${name} would wrongly drop, say: ${names(wrong)}`);
      tell("filling and emptying B-trees");
      const errors = await measureBloatErrors(postgres);
      for (const { name, estimated, measured } of worstOf(errors))
        tell(`${name}: estimated ${percent(estimated)}, counted ${percent(measured)}`);
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: [
          ...rowsOfScore("streamgate", own),
          ...rivals.flatMap(([name, its]) => rowsOfScore(name, its)),
          ...[...verdictsByReason(cases)].map(([said, count]) =>
            countRow("streamgate", said, count),
          ),
          row("weighing every index", "ms", weighedMs),
          row("indexes weighed", "indexes", indexes.length),
          row("statements planned without them", "statements", statements),
          ...bloatRows(errors),
        ],
        verdict: verdictOf(cases, own, misjudged.length),
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function verdictOf(cases: readonly JudgedCase[], own: Score, misjudged: number) {
  const traps = cases.filter(({ of }) => of.expected.action !== "drop").length;
  return {
    goal: `of at least 150 cases, half of them traps, 0 wrong drops, and each refusal names its reason`,
    value: `${cases.length} cases, ${traps} traps, ${own.wrong.length} wrong drops, ${misjudged} not as expected`,
    met:
      cases.length >= 150 && traps >= cases.length / 2 && own.wrong.length === 0 && misjudged === 0,
  };
}

function isAsExpected({ of: { expected }, verdict }: JudgedCase): boolean {
  if (verdict?.action !== expected.action) return false;
  if (verdict.action === "keep")
    return (
      expected.action === "keep" &&
      verdict.refusals.some(({ reason }) => reason === expected.reason)
    );
  return expected.action !== "keep" && verdict.problem === expected.problem;
}

function indexName({ of, table }: JudgedCase): string {
  return of.index.replaceAll("§", table);
}

function names(cases: readonly JudgedCase[]): string {
  const some = cases.slice(0, 5).map(({ of }) => of.name);
  return some.length === 0 ? "nothing" : some.join("; ");
}

function bloatRows(errors: readonly BloatError[]): readonly BenchRow[] {
  const excess = errors.map(({ estimated, measured }) => (estimated - measured) * 100);
  const sizes = excess.map(Math.abs).toSorted((one, other) => one - other);
  return [
    row("B-trees whose bloat was estimated and counted", "indexes", errors.length),
    row("estimate beside pgstatindex, middle difference", "points", sizes[sizes.length >> 1] ?? 0),
    row("estimate beside pgstatindex, largest difference", "points", sizes.at(-1) ?? 0),
    row("estimate above pgstatindex at most", "points", Math.max(0, ...excess)),
  ];
}

function worstOf(errors: readonly BloatError[]): readonly BloatError[] {
  const offBy = ({ estimated, measured }: BloatError): number => Math.abs(estimated - measured);
  return errors.toSorted((one, other) => offBy(other) - offBy(one)).slice(0, 5);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function row(metric: string, unit: string, value: number): BenchRow {
  return { subject: "streamgate", metric, unit, median: value, best: value, ratio: 1 };
}

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [found] = await postgres.query("show server_version");
  return String(found?.server_version);
}
