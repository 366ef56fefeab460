import type { WhatIfRequest, WhatIfResult } from "@streamgate/contract";
import {
  costIndexes,
  type IndexCosts,
  qualify,
  type RelationName,
  readIndexDefinition,
  type Snapshot,
} from "@streamgate/pg-advisor";
import { badRequest, notFound } from "../api/refusal.ts";
import { estimated, measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { redact } from "../secrets/redact.ts";
import type { KeptTwins } from "./kept-twins.ts";

const MOST_STATEMENTS = 100;
const HOUR_MS = 3_600_000;

/**
 * Costs the workload of a database with indexes that do not exist, and without some that do. What was written is read by the parser
 * alone; the watched server is asked for nothing but its snapshot.
 *
 * @throws ApiRefusal 400 for what is no plain index; 404 for a database or an index that is not there; 503
 */
export function askWhatIf(
  platform: Pick<Platform, "configuration">,
  twins: KeptTwins,
  request: WhatIfRequest,
): Promise<WhatIfResult> {
  const { databases } = platform.configuration();
  const database = databases.find(({ name }) => name === request.database);
  if (database === undefined) throw notFound("database", request.database);
  return twins.use(database, async ({ snapshot, workload, twin }) => {
    const definitions = readDefinitions(request.indexes, snapshot);
    const without = (request.without ?? []).map((name) => findIndex(name, snapshot));
    const costs = await costIndexes({ workload, snapshot, whatIf: twin, definitions, without });
    return resultOf(costs, workload.window.durationMs);
  });
}

function readDefinitions(
  texts: readonly string[],
  snapshot: Snapshot,
): Parameters<typeof costIndexes>[0]["definitions"] {
  const read = texts.map((text) => readIndexDefinition(text, snapshot));
  const errors = read.flatMap((one, position) =>
    one.outcome === "refused" ? [{ place: `body.indexes[${position}]`, message: one.reason }] : [],
  );
  const [first] = errors;
  if (first !== undefined)
    throw badRequest(
      `${first.place}: ${first.message}`,
      "say CREATE INDEX ON table (column, …), with INCLUDE and WHERE where they are wanted",
      errors,
    );
  return read.flatMap((one) => (one.outcome === "read" ? [one.definition] : []));
}

/** By its name, with its schema or without. */
function findIndex(name: string, { indexes }: Snapshot): RelationName {
  const found =
    indexes.find((index) => qualify(index) === name) ??
    indexes.find((index) => index.name === name);
  if (found === undefined) throw notFound("index", name);
  return { schema: found.schema, name: found.name };
}

function resultOf({ statements, indexes, leftOut }: IndexCosts, windowMs: number): WhatIfResult {
  const perHour = HOUR_MS / Math.max(1, windowMs);
  const sum = (read: (one: (typeof statements)[number]) => number): number =>
    statements.reduce((total, one) => total + one.calls * read(one) * perHour, 0);
  return {
    statements: statements.slice(0, MOST_STATEMENTS).map((one) => ({
      fingerprint: one.fingerprint,
      text: redact(one.text),
      calls: one.calls,
      before: measured(one.meanMs, "ms"),
      after: estimated(one.expectedMeanMs, "ms"),
      usesIndexes: one.usesIndexes,
    })),
    before: measured(
      sum(({ meanMs }) => meanMs),
      "ms",
    ),
    after: estimated(
      sum(({ expectedMeanMs }) => expectedMeanMs),
      "ms",
    ),
    indexes: indexes.map(({ definition, sizeBytes }) => ({
      definition,
      size: estimated(sizeBytes, "bytes"),
    })),
    leftOut: leftOut.map(redact),
  };
}
