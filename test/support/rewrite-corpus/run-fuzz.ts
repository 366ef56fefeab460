import type { Random } from "@streamgate/core";
import { systemClock } from "@streamgate/core";
import {
  openDifferentialServer,
  type RewriteStep,
  readCatalogue,
  readSnapshot,
  searchRewrites,
} from "@streamgate/pg-advisor";
import { randomStatement } from "./random-statement.ts";

export interface FuzzInput {
  /** Connection string of a database with the shop's tables. */
  readonly source: string;
  readonly folder: string;
  /** Comparisons of a rewriting on a small database, at least. */
  readonly executions: number;
  readonly databasesPerStatement: number;
  readonly random: Random;
  readonly tell: (line: string) => void;
}

export interface FuzzTally {
  statements: number;
  rewritten: number;
  rewritings: number;
  executions: number;
  withRows: number;
  notRun: number;
  readonly wrong: string[];
  readonly byRule: Map<string, number>;
}

const MOST_REWRITINGS = 8;
const TOLD_EVERY = 100;

/** Draws statements until so many executions are done; tells every wrong rewriting with its statement. */
export async function runFuzz(input: FuzzInput): Promise<FuzzTally> {
  const { random, executions, databasesPerStatement, tell } = input;
  const snapshot = await readSnapshot(input.source, { needsStatements: false });
  const catalogue = readCatalogue(snapshot);
  const tally: FuzzTally = {
    statements: 0,
    rewritten: 0,
    rewritings: 0,
    executions: 0,
    withRows: 0,
    notRun: 0,
    wrong: [],
    byRule: new Map(),
  };
  const server = await openDifferentialServer({
    folder: input.folder,
    sharedFolder: "/tmp/streamgate-test-shared",
  });
  const context = {
    clock: systemClock,
    random,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  try {
    while (tally.executions < executions) {
      const original = randomStatement(random);
      tally.statements += 1;
      const search = searchRewrites(original, catalogue);
      if (search.outcome === "declined" || search.rewritings.length === 0) continue;
      const rewritings = search.rewritings.slice(0, MOST_REWRITINGS);
      tally.rewritten += 1;
      for (const rule of rulesOf(rewritings))
        tally.byRule.set(rule, (tally.byRule.get(rule) ?? 0) + 1);
      const texts = rewritings.map(({ text }) => text);
      const proofs = await server.prove(
        { snapshot, catalogue, original, rewritings: texts, context },
        { databases: databasesPerStatement },
      );
      for (const [index, proof] of proofs.entries()) {
        tally.rewritings += 1;
        if (proof.outcome === "equal") {
          tally.executions += proof.databases;
          tally.withRows += proof.withRows;
          continue;
        }
        const rules = rewritings[index]?.steps.map(({ rule }) => rule).join(" + ");
        const told = `${proof.outcome}: ${rules}\n${original}\n${texts[index]}\n${JSON.stringify(proof)}`;
        if (proof.outcome === "not run") tally.notRun += 1;
        else tally.wrong.push(told);
        tell(told);
      }
      if (tally.rewritten % TOLD_EVERY === 0)
        tell(`${tally.executions} executions, ${tally.wrong.length} wrong`);
    }
    return tally;
  } finally {
    await server.close();
  }
}

function rulesOf(
  rewritings: readonly { readonly steps: readonly RewriteStep[] }[],
): ReadonlySet<string> {
  return new Set(rewritings.flatMap(({ steps }) => steps.map(({ rule }) => rule)));
}
