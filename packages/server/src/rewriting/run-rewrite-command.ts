import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { seededRandom, systemClock } from "@streamgate/core";
import { type RewriteReport, readSnapshot, rewriteStatement } from "@streamgate/pg-advisor";
import type { CommandCall } from "../command-line/command.ts";
import { startProgressLine } from "../command-line/progress-line.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { usageError } from "../errors.ts";
import { readStatement } from "./read-statement.ts";
import { remarksOf } from "./remarks.ts";

/** What `streamgate rewrite` tells. */
export interface RewriteAnswer {
  readonly json: object;
  /** Null where nothing is to be printed. */
  readonly statement: string | null;
  /** For standard error. */
  readonly remarks: readonly string[];
}

const STATEMENT_TIMEOUT_MS = 15_000;
const LARGEST_SEED = 2 ** 31;

/** `streamgate rewrite URL [FILE|-]` */
export async function runRewriteCommand(call: CommandCall): Promise<RewriteAnswer> {
  const { settings, terminal, signal, folder } = call;
  const { url, file } = wordsOf(call);
  const text = await readStatement(file);
  const snapshot = await readSnapshot(url, {
    needsStatements: false,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    signal,
  });
  const progress = startProgressLine(terminal, () => systemClock.monotonicMs());
  const seed = randomInt(LARGEST_SEED);
  const context = {
    clock: systemClock,
    random: seededRandom(seed),
    signal,
    onProgress: (step: Parameters<typeof progress.show>[1]) => progress.show("Proving", step),
  };
  const runFolder = settings.isOn("prove") ? await makeRunFolder(folder) : null;
  try {
    const databases = settings.count("databases", 1);
    const lab = settings.text("lab");
    const report = await rewriteStatement({
      source: url,
      snapshot,
      text,
      context,
      ...(runFolder === null
        ? {}
        : {
            proof: {
              folder: runFolder,
              sharedFolder: folder.root,
              ...(lab === undefined ? {} : { lab }),
              ...(databases === undefined ? {} : { differential: { databases } }),
            },
          }),
    });
    progress.clear();
    return answerOf(report, seed, runFolder !== null);
  } finally {
    progress.clear();
    if (runFolder !== null) await rm(runFolder, { recursive: true, force: true });
  }
}

function answerOf(report: RewriteReport, seed: number, isProven: boolean): RewriteAnswer {
  const { rewrite, withheld, declined, advice } = report;
  const statement = rewrite?.proposal.text ?? null;
  const shown = ({ proposal, ...proofs }: NonNullable<typeof rewrite>): object => {
    const { tree: _tree, ...rest } = proposal;
    return { ...rest, ...proofs };
  };
  return {
    statement: statement === null ? null : `${statement};`,
    json: {
      statement,
      rung: rewrite === null ? null : isProven ? "measured" : "estimated",
      rewrite: rewrite === null ? null : shown(rewrite),
      withheld: withheld.map(shown),
      declined,
      advice,
      seed,
    },
    remarks: remarksOf(report),
  };
}

/** The database may come from `--database` or its variable: then the only word is the file. */
function wordsOf({ settings, positionals }: CommandCall): {
  readonly url: string;
  readonly file: string | undefined;
} {
  const [first, second] = positionals;
  if (first !== undefined && /^postgres(?:ql)?:\/\//.test(first))
    return { url: first, file: second };
  const url = settings.text("database");
  if (url !== undefined && second === undefined) return { url, file: first };
  throw usageError(
    "rewrite a statement",
    "the database was not named",
    "write `streamgate rewrite postgresql://user@host:5432/database FILE`",
  );
}
