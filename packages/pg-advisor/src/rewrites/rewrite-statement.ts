import { join } from "node:path";
import type { RunContext } from "../context.ts";
import { createLabCopy } from "../lab/copy-lab.ts";
import type { ProofOptions } from "../proof/options.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf, parseStatement } from "../workload/parse-statement.ts";
import { drawSamples } from "../workload/samples/draw-samples.ts";
import { createValueSource } from "../workload/samples/value-source.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import { withoutEnd } from "../workload/text/without-end.ts";
import { adviseCaller } from "./advice/advise-caller.ts";
import type { CallerAdvice } from "./advice/caller-advice.ts";
import { analyse } from "./analysis/analyse.ts";
import { readCatalogue } from "./catalogue/catalogue.ts";
import { openDifferentialServer } from "./differential/differential-server.ts";
import type { DifferentialOptions, DifferentialProof } from "./differential/prove-equal.ts";
import { explainCosts } from "./explain-costs.ts";
import {
  type DeclinedRewrite,
  type ProposeOptions,
  proposeRewrites,
  type RewriteProposal,
} from "./propose-rewrites.ts";
import { type TimedProof, timeRewriting } from "./timing/time-rewriting.ts";

/** A rewriting and how far it was shown to be equal and faster. */
export interface ProvenRewrite {
  readonly proposal: RewriteProposal;
  /** Absent where no proof was asked for. */
  readonly differential?: DifferentialProof;
  readonly timed?: TimedProof;
}

/** What came of a statement. */
export interface RewriteReport {
  /** The one to use; null where there is none. */
  readonly rewrite: ProvenRewrite | null;
  /** Rewritings that a proof refused, with what it found. */
  readonly withheld: readonly ProvenRewrite[];
  readonly declined: readonly DeclinedRewrite[];
  /** What the code that sends it could do otherwise; not proven, since the result is another one. */
  readonly advice: readonly CallerAdvice[];
}

export interface RewriteStatementInput {
  /** Connection string of the watched database; it is only read. */
  readonly source: string;
  readonly snapshot: Snapshot;
  /** One SELECT. */
  readonly text: string;
  readonly context: RunContext;
  /** Proves before it answers; absent: the planner's estimate alone decides. */
  readonly proof?: {
    /** For disposable servers; what is made in it is deleted. */
    readonly folder: string;
    readonly sharedFolder: string;
    /** Connection string of a database with real rows; absent: rows are copied from the watched one. */
    readonly lab?: string;
    readonly differential?: DifferentialOptions;
    readonly timing?: ProofOptions;
  };
  readonly options?: ProposeOptions;
}

/** Rewritings that are proven one after the other until one stands. */
const MOST_PROVEN = 3;

/**
 * Rewrites one statement so that it says the same and costs less: by the rules, whose preconditions are read from the catalogue; then, where
 * proofs are asked for, on thousands of small adversarial databases, and timed on real rows under the indexes in force.
 *
 * @returns no rewrite wherever there is a doubt, with the reasons
 * @throws StreamGateError those of reading, of the embedded server and of the lab; the signal's reason when it is aborted
 * @example
 * ```ts
 * import { readSnapshot, type RunContext, rewriteStatement } from "@streamgate/pg-advisor";
 * const faster = async (source: string, text: string, context: RunContext) => {
 *   const snapshot = await readSnapshot(source, { needsStatements: false });
 *   const { rewrite, declined } = await rewriteStatement({ source, snapshot, text, context });
 *   return rewrite?.proposal.text ?? declined.map(({ because }) => because);
 * };
 * ```
 */
export async function rewriteStatement(input: RewriteStatementInput): Promise<RewriteReport> {
  const { source, snapshot, proof, context } = input;
  const catalogue = readCatalogue(snapshot);
  const text = withoutEnd(input.text);
  const { proposals, declined } = await proposeRewrites(
    text,
    catalogue,
    async (texts) => {
      const costs = await explainCosts(source, texts, { signal: context.signal });
      return costs.map((one) => (one.outcome === "planned" ? one.cost : null));
    },
    input.options,
  );
  const advice = adviseCaller(text, snapshot);
  const [best] = proposals;
  if (best === undefined) return { rewrite: null, withheld: [], declined, advice };
  if (proof === undefined) return { rewrite: { proposal: best }, withheld: [], declined, advice };
  const candidates = proposals.slice(0, MOST_PROVEN);
  const differentials = await proveAll(input, text, candidates);
  const withheld: ProvenRewrite[] = [];
  const equal: ProvenRewrite[] = [];
  for (const [index, proposal] of candidates.entries()) {
    const differential = differentials[index];
    if (differential === undefined) continue;
    (differential.outcome === "equal" ? equal : withheld).push({ proposal, differential });
  }
  if (equal.length === 0) return { rewrite: null, withheld, declined, advice };
  const { standing, slower } = await timeAll(input, text, equal);
  return { rewrite: standing, withheld: [...withheld, ...slower], declined, advice };
}

async function proveAll(
  { snapshot, proof, context }: RewriteStatementInput,
  original: string,
  candidates: readonly RewriteProposal[],
): Promise<readonly DifferentialProof[]> {
  if (proof === undefined) return [];
  const server = await openDifferentialServer(proof);
  try {
    const rewritings = candidates.map((one) => one.text);
    const catalogue = readCatalogue(snapshot);
    return await server.prove(
      { snapshot, catalogue, original, rewritings, context },
      proof.differential,
    );
  } finally {
    await server.close();
  }
}

/** The first that is faster stands; the planner's order decides who is asked first. */
async function timeAll(
  input: RewriteStatementInput,
  original: string,
  candidates: readonly ProvenRewrite[],
): Promise<{ readonly standing: ProvenRewrite | null; readonly slower: readonly ProvenRewrite[] }> {
  const { snapshot, proof, context } = input;
  const slower: ProvenRewrite[] = [];
  if (proof === undefined) return { standing: null, slower };
  const samples = await samplesFor(input, original);
  const lab =
    proof.lab === undefined
      ? await createLabCopy({
          source: input.source,
          snapshot,
          tables: tablesOf(original, snapshot),
          folder: join(proof.folder, "lab"),
          sharedFolder: proof.sharedFolder,
          context,
        })
      : null;
  try {
    for (const candidate of candidates) {
      const timed = await timeRewriting(
        {
          lab: proof.lab ?? lab?.connectionString ?? "",
          original,
          rewritten: candidate.proposal.text,
          samples,
          context,
        },
        proof.timing,
      );
      const proven = { ...candidate, timed };
      if (timed.outcome === "timed" && timed.verdict === "faster")
        return { standing: proven, slower };
      slower.push(proven);
    }
    return { standing: null, slower };
  } finally {
    await lab?.close();
  }
}

/** Every relation that the statement names. */
function tablesOf(text: string, snapshot: Snapshot): readonly RelationName[] {
  const node = nodeOf(text);
  const read = node === undefined ? null : analyse(node, readCatalogue(snapshot));
  if (read?.outcome !== "understood") return [];
  const relations = [...read.analysis.sources.values()].flatMap(({ table }) =>
    table === null ? [] : [table.relation],
  );
  return [...new Set(relations)].map(({ schema, name }) => ({ schema, name }));
}

async function samplesFor(
  { source, snapshot, context }: RewriteStatementInput,
  text: string,
): Promise<readonly (readonly (string | null)[])[]> {
  const parsed = parseStatement(text);
  if (parsed.outcome === "declined" || parsed.statement.parameterCount === 0) return [[]];
  const [cost] = await explainCosts(source, [text], { signal: context.signal });
  const types = cost?.outcome === "planned" ? cost.parameterTypes : [];
  const { parameters: roles } = readShape(parsed.statement.node, createNameResolver(snapshot));
  const { parameterCount } = parsed.statement;
  const drawn = drawSamples(
    { parameterCount, roles, types },
    { values: createValueSource(snapshot), snapshot, random: context.random },
  );
  return drawn.map(({ values }) => values);
}
