import type pg from "pg";
import type { RunContext } from "../context.ts";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import type { Relation } from "../snapshot/snapshot.ts";
import { copyRows } from "./copy-rows.ts";
import type { SkippedPart } from "./lab.ts";
import type { FamilySelection } from "./sampling.ts";
import type { SourceReaders } from "./source-reader.ts";

/** What was copied. */
export interface CopiedTables {
  /** Rows of each table, by its qualified name. */
  readonly rows: ReadonlyMap<string, number>;
  readonly skipped: readonly SkippedPart[];
  readonly bytes: number;
}

interface CopyTask {
  readonly table: Relation;
  readonly condition: string | null;
}

const MOSTLY = 0.5;
const REPORT_EVERY_MS = 250;

/**
 * Copies every selection, as many tables at once as there are readers, the largest first.
 *
 * @param labs one connection to the lab for each reader
 */
export async function copyFamilies(
  selections: readonly FamilySelection[],
  readers: SourceReaders,
  labs: readonly pg.Client[],
  context: RunContext,
): Promise<CopiedTables> {
  const queue = tasksOf(selections);
  const total = queue.reduce((sum, { table }) => sum + table.sizeBytes, 0);
  const rows = new Map<string, number>();
  const skipped: SkippedPart[] = [];
  let bytes = 0;
  let reportedAtMs = Number.NEGATIVE_INFINITY;
  const report = (table: Relation, added: number): void => {
    bytes += added;
    const nowMs = context.clock.monotonicMs();
    if (nowMs - reportedAtMs < REPORT_EVERY_MS) return;
    reportedAtMs = nowMs;
    const isSampled = selections.some(({ isWhole }) => !isWhole);
    context.onProgress({
      activity: `copying ${qualify(table)}`,
      done: bytes,
      ...(isSampled ? {} : { total: Math.max(total, bytes) }),
      unit: "bytes",
    });
  };
  const work = async (source: pg.Client, lab: pg.Client): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      const { table } = task;
      report(table, 0);
      const outcome = await copyTable(source, lab, task, (added) => report(table, added), context);
      if (outcome.kind === "copied") rows.set(qualify(table), outcome.rows);
      else skipped.push({ object: `table ${qualify(table)}`, reason: outcome.reason });
    }
  };
  await allOrFirstFailure(
    readers.clients.map((source, index) => {
      const lab = labs[index];
      return lab === undefined ? Promise.resolve() : work(source, lab);
    }),
    () => queue.splice(0),
  );
  return { rows, skipped, bytes };
}

function tasksOf(selections: readonly FamilySelection[]): CopyTask[] {
  return selections
    .flatMap(({ family, condition }) => family.members.map((table) => ({ table, condition })))
    .sort((left, right) => right.table.sizeBytes - left.table.sizeBytes);
}

/**
 * Rows arrive frozen and all-visible, as after VACUUM, where most of the original's pages are:
 * whether an index-only scan must look at the table depends on it.
 */
async function copyTable(
  source: pg.Client,
  lab: pg.Client,
  { table, condition }: CopyTask,
  onBytes: (bytes: number) => void,
  context: RunContext,
): ReturnType<typeof copyRows> {
  const name = qualify(table);
  const columns = copiedColumns(table);
  const where = condition === null ? "" : ` where ${condition}`;
  await lab.query(`begin; truncate only ${name}`);
  try {
    const outcome = await copyRows(
      source,
      lab,
      {
        read: `copy (select ${columns} from only ${name} as row0${where}) to stdout`,
        write: `copy ${name} (${columns}) from stdin${isMostlyVisible(table) ? " (freeze)" : ""}`,
        onBytes,
      },
      context.signal,
    );
    await lab.query(outcome.kind === "copied" ? "commit" : "rollback");
    return outcome;
  } catch (error) {
    await lab.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** Whether its copy shall be as after VACUUM, too. */
export function isMostlyVisible({ pages, allVisiblePages }: Relation): boolean {
  return pages === 0 || allVisiblePages / pages >= MOSTLY;
}

/** Generated columns are left out: the lab computes them. */
export function copiedColumns(table: Relation): string {
  return table.columns
    .filter((column) => column.generated === "")
    .map((column) => quoteIdentifier(column.name))
    .join(", ");
}

/** Waits for all, so that nothing still runs when the first failure is told. */
async function allOrFirstFailure(
  works: readonly Promise<void>[],
  onFailure: () => void,
): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const guarded = works.map((work) =>
    work.catch((error: unknown) => {
      failure ??= { error };
      onFailure();
    }),
  );
  await Promise.all(guarded);
  if (failure !== undefined) throw failure.error;
}
