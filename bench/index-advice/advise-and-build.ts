import type { IndexDefinition } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../test/support/postgres.ts";
import { measureCost } from "../support/cost.ts";
import type { Advice, Advisor, AdvisorInput } from "./advisor.ts";
import { type BuiltSet, buildSet } from "./measure/built-set.ts";

/** What an advisor said under a budget, and the database in which it was done. */
export interface BuiltAdvice {
  readonly advisor: string;
  readonly budget: "whole" | "half";
  readonly budgetBytes: number;
  readonly advice: Advice;
  /** Processor time of the advising, the twin's server included: what it takes on a machine with nothing else to do. */
  readonly advisedCpuMs: number;
  readonly built: BuiltSet;
}

export interface AdviceRequest {
  readonly advisor: Advisor;
  readonly budget: "whole" | "half";
  readonly budgetBytes: number;
  readonly input: AdvisorInput;
  /** The database that is copied. */
  readonly template: string;
  readonly postgres: TestPostgres;
  readonly tell: (line: string) => void;
}

/** Asks an advisor, and builds what it says in a copy of the database; a set that stands already is used again. */
export async function adviseAndBuild(
  { advisor, budget, budgetBytes, input, template, postgres, tell }: AdviceRequest,
  standing: readonly BuiltAdvice[],
): Promise<BuiltAdvice> {
  const asked: Advice[] = [];
  const cost = await measureCost(async () => {
    asked.push(await advisor.advise(input, budgetBytes));
  });
  const [advice] = asked;
  if (advice === undefined) throw new Error(`${advisor.name} gave no advice`);
  const same = standing.find((one) => isSameSet(one.advice.indexes, advice.indexes));
  const database = `${template}_${advisor.name.replaceAll(/\W+/g, "_").toLowerCase()}_${budget}`;
  const built = same?.built ?? (await buildSet(postgres, template, database, advice.indexes));
  const bytes = built.bytes.reduce((sum, each) => sum + each, 0);
  tell(
    `${advisor.name}, ${budget} budget: ${advice.indexes.length} indexes, ` +
      `believed ${megabytes(advice.believedBytes)}, really ${megabytes(bytes)}, ` +
      `after ${(advice.advisedInMs / 1000).toFixed(1)} s (CPU ${(cost.cpuMs / 1000).toFixed(1)} s) and ${advice.plannerCalls} plans`,
  );
  for (const [at, definition] of advice.indexes.entries()) {
    tell(`  ${megabytes(built.bytes[at] ?? 0).padStart(9)} ${describe(definition)}`);
  }
  return { advisor: advisor.name, budget, budgetBytes, advice, advisedCpuMs: cost.cpuMs, built };
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function isSameSet(one: readonly IndexDefinition[], other: readonly IndexDefinition[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function describe({ table, method, keys, include, predicate }: IndexDefinition): string {
  const names = keys.map(({ column, expression }) => column ?? `(${expression})`);
  return [
    `${table.name} ${method} (${names.join(", ")})`,
    ...(include.length === 0 ? [] : [`include (${include.join(", ")})`]),
    ...(predicate === null ? [] : [`where ${predicate}`]),
  ].join(" ");
}
