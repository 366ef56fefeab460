// What does StreamGate find in the naive reference API with nothing told, and which fixes does it prove?
import type { RecommendationView } from "@streamgate/contract";
import { startMortalPostgres } from "../test/support/mortal-postgres.ts";
import { startWatchedMedia } from "../test/support/watched-media.ts";
import { startServed } from "./api-latency/served.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { type Acts, actsOn } from "./naive-api/acts.ts";
import { PROBLEMS, type Problem } from "./naive-api/problems.ts";
import { libraryVersions } from "./support/versions.ts";

const VISITORS_A_SECOND = 30;
const SECONDS = Number(process.env.STREAMGATE_BENCH_SECONDS ?? 60);
/** Lists of some hundred rows: as many as a service has after its first months. */
const SCALE = 0.5;
const TARGET = "media";

type Finding = RecommendationView["finding"];
type Proof = NonNullable<NonNullable<RecommendationView["proof"]>["proof"]>;

interface Found {
  readonly id: string;
  readonly finding: Finding;
  readonly proof: Proof | null;
}

/** A problem with the proven finding that mends it. */
interface Answer {
  readonly problem: Problem;
  readonly named: readonly Found[];
  readonly mended: Found | undefined;
}

export const bench: Bench = {
  async measure(tell) {
    const store = await startMortalPostgres({});
    try {
      const media = await startWatchedMedia(VISITORS_A_SECOND, SCALE);
      try {
        const served = await startServed(await store.locate(), media);
        try {
          await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000));
          const acts = actsOn(served.url, TARGET);
          await acts.observe();
          await media.stopVisitors();
          const passes = await proveAll(acts, tell);
          return resultOf(
            passes.map(({ name, found }) => ({
              name,
              answers: PROBLEMS.map((problem) => answerTo(problem, found)),
            })),
            await libraryVersions(["pg"]),
          );
        } finally {
          await served.stop();
        }
      } finally {
        await media.stop();
      }
    } finally {
      await store.stop();
    }
  },
};

/**
 * Other ways of asking are tried with the database as it is, then the indexes, then the other ways again with what is going to be there: an index
 * may do what they would.
 */
async function proveAll(acts: Acts, tell: (line: string) => void): Promise<readonly Pass[]> {
  const provable = (await viewsOf(acts)).filter(({ recommendation }) =>
    recommendation.acts.includes("prove"),
  );
  const otherWays = provable.filter(isAskedOtherwise);
  const indexes = provable.filter((one) => !isAskedOtherwise(one));
  const proven = async (some: readonly RecommendationView[]): Promise<readonly Found[]> => {
    for (const { recommendation, finding } of some) {
      const said = await acts.prove(recommendation.id);
      const text = finding.statements[0]?.text.replace(/\s+/g, " ").slice(0, 60);
      tell(`${recommendation.kind} ${text}: ${said}`);
    }
    return (await viewsOf(acts)).map(({ recommendation: { id }, finding, proof }) => ({
      id,
      finding,
      proof: proof?.proof ?? null,
    }));
  };
  return [
    { name: "as the database is", found: await proven([...otherWays, ...indexes]) },
    { name: "beside the proven indexes", found: await proven(otherWays) },
  ];
}

/** What was proven under one state of the database. */
interface Pass {
  readonly name: string;
  readonly found: readonly Found[];
}

/** What a process tells may be gone between the list and the question. */
async function viewsOf(acts: Acts): Promise<readonly RecommendationView[]> {
  const views: RecommendationView[] = [];
  for (const { id } of await acts.recommendations()) {
    const view = await acts.recommendation(id).catch(() => null);
    if (view !== null) views.push(view);
  }
  return views;
}

function isAskedOtherwise({ finding }: RecommendationView): boolean {
  return finding.replacement !== undefined;
}

/** Mended by its own proof; where a problem is named by what an index mends too, by a proven fix for its statement. */
function answerTo(problem: Problem, found: readonly Found[]): Answer {
  const named = found.filter(({ finding }) => problem.isNamedBy(finding));
  const fingerprints = new Set(
    named.flatMap(({ finding }) => finding.statements.map(({ fingerprint }) => fingerprint)),
  );
  const isAbout = ({ finding }: Found): boolean =>
    finding.statements.some(({ fingerprint }) => fingerprints.has(fingerprint));
  const isProven = ({ proof }: Found): boolean => proof?.verdict === "proven";
  return {
    problem,
    named,
    mended:
      named.find(isProven) ??
      (problem.isMendedByIndex ? found.find((one) => isProven(one) && isAbout(one)) : undefined),
  };
}

function resultOf(
  passes: readonly { readonly name: string; readonly answers: readonly Answer[] }[],
  versions: Readonly<Record<string, string>>,
): Awaited<ReturnType<Bench["measure"]>> {
  const [asItIs] = passes;
  const answers = asItIs?.answers ?? [];
  const rows = [
    ...answers.map(({ problem: { name }, named }) =>
      row(name, "findings that name it", "findings", named.length),
    ),
    ...passes.flatMap((pass) =>
      pass.answers.map(({ problem: { name }, mended }) =>
        row(name, `${pass.name}, proven by ${wayOf(mended)}`, "×", speedupOf(mended)),
      ),
    ),
  ];
  const unnamed = answers.filter(({ named }) => named.length === 0);
  const unproven = answers.filter(({ mended }) => mended === undefined);
  const list = (some: readonly Answer[]): string =>
    some.length === 0 ? "none" : some.map(({ problem }) => problem.name).join(", ");
  return {
    versions,
    rows,
    verdict: {
      goal: "N+1, OFFSET, a subquery a row, SELECT * and a raw aggregation are found with nothing told, each with its fix proven",
      value: `not found: ${list(unnamed)}; not proven: ${list(unproven)}`,
      met: answers.length > 0 && unnamed.length === 0 && unproven.length === 0,
    },
  };
}

function wayOf(mended: Found | undefined): string {
  return mended?.finding.kind ?? "nothing";
}

/** before ÷ after at the median of the statement that gains most; 0 where nothing was proven. */
function speedupOf(mended: Found | undefined): number {
  return Math.max(
    0,
    ...(mended?.proof?.statements ?? []).map(({ speedupOfMedian }) => speedupOfMedian.point),
  );
}

function row(subject: string, metric: string, unit: string, value: number): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio: 1 };
}
