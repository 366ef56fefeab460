import { messageOf, type Random } from "@streamgate/core";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import { objectionTo, plannedBy } from "./build-workload.ts";
import { gatherStatements, placed } from "./file/gather-statements.ts";
import { givenSamples } from "./file/given-samples.ts";
import { drawSamples } from "./samples/draw-samples.ts";
import { askTypes } from "./samples/typed-text.ts";
import { createValueSource } from "./samples/value-source.ts";
import { createNameResolver } from "./shape/name-resolver.ts";
import { readShape } from "./shape/read-shape.ts";
import type { ParameterSample, Statement, Workload } from "./workload.ts";

export interface WorkloadFromSqlInput {
  readonly snapshot: Snapshot;
  readonly whatIf: Pick<WhatIf, "parameterTypes" | "plan" | "plannerOf">;
  readonly random: Random;
  /** The file's name, for explanations. */
  readonly from?: string;
}

/**
 * Milliseconds that one unit of planner cost stands for where nothing was measured: a unit is a page
 * read in sequence, some 10 µs from the system's cache. Times made of it are `estimated`.
 */
export const NOMINAL_MS_PER_COST = 0.01;
/** A file has no clock: its calls are taken as those of one hour. */
const NOMINAL_WINDOW_MS = 3_600_000;
const NO_CONFIGURATION = { present: [], absent: [] } as const;

/**
 * Makes a workload of a file of statements. Constants become parameters with their values as `given`
 * samples; a statement written twice is called twice. A comment before a statement may tell what
 * production counted: `-- calls: 120 mean: 3.5ms` (an hour's calls). Without a mean, time is the
 * planner's cost × `NOMINAL_MS_PER_COST`, and the statement says so.
 *
 * @param file SQL, statements separated by semicolons
 * @returns a bad statement is declined with its line, and the rest is read
 * @example
 * ```ts
 * import { seededRandom } from "@streamgate/core";
 * import { type Snapshot, type WhatIf, workloadFromSql } from "@streamgate/pg-advisor";
 * const read = (snapshot: Snapshot, whatIf: WhatIf) =>
 *   workloadFromSql("-- calls: 120 mean: 3.5ms\nselect * from songs where artist = 7;", {
 *     snapshot,
 *     whatIf,
 *     random: seededRandom(1),
 *     from: "queries.sql",
 *   });
 * ```
 */
export async function workloadFromSql(
  file: string,
  input: WorkloadFromSqlInput,
): Promise<Workload> {
  const { snapshot, random, whatIf } = input;
  const { repeated, declined } = gatherStatements(file, input.from);
  const resolver = createNameResolver(snapshot);
  const values = createValueSource(snapshot);
  const statements: Statement[] = [];
  for (const group of repeated) {
    const { parsed, calls } = group;
    const shape = readShape(parsed.node, resolver);
    const totalMs = (group.meanMs ?? 0) * calls;
    const objection = objectionTo({ parsed, calls, totalMs }, shape);
    if (objection !== null) {
      const explanation = placed(group.line, input.from, objection.explanation);
      declined.push({ ...objection, explanation });
      continue;
    }
    try {
      const { text, types } = await askTypes(parsed, shape, input);
      const request = { parameterCount: parsed.parameterCount, roles: shape.parameters, types };
      const drawn = drawSamples(request, { values, snapshot, random });
      const samples = givenSamples(group, drawn);
      const meanMs = group.meanMs ?? (await nominalMs(whatIf, text, samples));
      statements.push({
        fingerprint: parsed.fingerprint,
        text,
        queryIds: [],
        kind: parsed.kind,
        calls,
        totalMs: meanMs * calls,
        meanMs,
        rows: parsed.kind === "select" ? 0 : calls,
        relations: shape.relations,
        parameterCount: parsed.parameterCount,
        samples,
        ...(group.meanMs === null ? { isTimeEstimated: true } : {}),
        ...plannedBy(whatIf, text),
      });
    } catch (error) {
      declined.push({
        text: parsed.text,
        calls,
        totalMs,
        reason: "cannot be planned",
        explanation: placed(group.line, input.from, messageOf(error)),
      });
    }
  }
  return {
    window: { source: "file", from: null, to: snapshot.takenAt, durationMs: NOMINAL_WINDOW_MS },
    statements: statements.toSorted((one, other) => other.totalMs - one.totalMs),
    declined,
  };
}

async function nominalMs(
  whatIf: Pick<WhatIf, "plan">,
  text: string,
  samples: readonly ParameterSample[],
): Promise<number> {
  let ms = 0;
  for (const sample of samples) {
    const plan = await whatIf.plan(text, sample, NO_CONFIGURATION);
    ms += plan.totalCost * NOMINAL_MS_PER_COST * sample.weight;
  }
  return ms;
}
