import { rm } from "node:fs/promises";
import type pg from "pg";
import type { Cluster } from "../cluster/cluster.ts";
import type { RunContext } from "../context.ts";
import { applySchema } from "../schema/apply-schema.ts";
import { keyOf } from "../schema/identifiers.ts";
import { renderSchema } from "../schema/render-schema.ts";
import type { SchemaScript } from "../schema/schema-script.ts";
import { destroy } from "../snapshot/connect.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { type CompletedParents, completeParents } from "./complete-parents.ts";
import { type CopiedTables, copyFamilies } from "./copy-families.ts";
import { describeCopy, versionOf } from "./describe-copy.ts";
import { labCopyFailed, labEmpty } from "./errors.ts";
import { analyzeTables, refreshViews } from "./finish-lab.ts";
import type { Lab, SkippedPart } from "./lab.ts";
import { connectToLab, makeDatabase, startLabCluster } from "./lab-cluster.ts";
import { copySettings, LAB_DATABASE } from "./lab-database.ts";
import { type CopyLimits, type ResolvedCopyLimits, resolveCopyLimits } from "./options.ts";
import { type FamilySelection, selectRows } from "./sampling.ts";
import { openSourceReaders } from "./source-reader.ts";
import { splitAtRows } from "./split-schema.ts";
import { type FamilyReference, gatherFamilies, gatherReferences } from "./table-family.ts";

export interface LabCopyInput extends CopyLimits {
  /** Connection string of the watched database; it is only read. */
  readonly source: string;
  readonly snapshot: Snapshot;
  /** The tables and views that statements will name; what these need comes with them. */
  readonly tables: readonly RelationName[];
  /** Folder of this lab alone; deleted when the lab closes. */
  readonly folder: string;
  readonly sharedFolder: string;
  readonly context: RunContext;
  /** Extensions that the lab may create. @default all that its server offers */
  readonly availableExtensions?: readonly string[];
}

/**
 * Copies tables into a disposable embedded PostgreSQL that plans as the watched server does:
 * whole tables while the limits allow, else a sample that keeps joins whole.
 *
 * @throws StreamGateError `SG_PG_BAD_LAB_OPTION`, `SG_PG_LAB_COPY_FAILED`, `SG_PG_LAB_DISK_FULL`, `SG_PG_LAB_EMPTY`,
 * `SG_PG_CLUSTER_FAILED`; the signal's reason when it is aborted. The folder is gone then.
 */
export async function createLabCopy(input: LabCopyInput): Promise<Lab> {
  const limits = resolveCopyLimits(input);
  const wanted = gatherFamilies(input.snapshot, input.tables);
  const selected = selectRows(wanted, gatherReferences(input.snapshot, wanted), limits);
  input.context.signal.throwIfAborted();
  const cluster = await startLabCluster(input, limits.sharedBuffersMb);
  const clients: pg.Client[] = [];
  // An index build notices no signal, but it does notice that its client is gone.
  const breakOff = (): void => clients.forEach(destroy);
  input.context.signal.addEventListener("abort", breakOff, { once: true });
  try {
    const skipped = await makeDatabase(cluster, input.snapshot);
    const lab = await connectToLab(cluster);
    clients.push(lab);
    while (clients.length < limits.readers) clients.push(await connectToLab(cluster));
    skipped.push(...(await copySettings(lab, input.snapshot)));
    const script = await renderFor(lab, input);
    const [beforeRows, afterRows] = splitAtRows(script);
    const unmade = await applySchema(lab, beforeRows, { signal: input.context.signal });
    const selections = await thoseMade(lab, selected);
    const families = selections.map(({ family }) => family);
    const references = gatherReferences(input.snapshot, families);
    const copied = await copyAll(input, limits, selections, references, clients);
    const unfinished = await applySchema(lab, afterRows, { signal: input.context.signal });
    skipped.push(...unmade.skipped, ...unfinished.skipped, ...copied.skipped);
    skipped.push(...(await refreshViews(lab, input.snapshot, input.tables)));
    await analyzeTables(lab, families, input.context);
    const description = describeCopy(
      cluster,
      input.snapshot,
      selections,
      copied,
      await versionOf(lab),
    );
    if (families.length > 0 && copied.rows.size === 0) throw labEmpty(copied.skipped.map(sentence));
    await closeAll(clients);
    return {
      description,
      connectionString: cluster.url(LAB_DATABASE),
      serverPid: cluster.pid,
      skipped,
      close: () => stopAndForget(cluster, input.folder),
    };
  } catch (error) {
    await closeAll(clients);
    await stopAndForget(cluster, input.folder);
    input.context.signal.throwIfAborted();
    throw isOurs(error) ? error : labCopyFailed("make a lab", error);
  } finally {
    input.context.signal.removeEventListener("abort", breakOff);
  }
}

/**
 * Without the tables that the lab's server cannot make: a column of an extension's type that it lacks, say. What needs them is not proven;
 * the others are.
 */
async function thoseMade(
  lab: pg.Client,
  selections: readonly FamilySelection[],
): Promise<readonly FamilySelection[]> {
  const { rows } = await lab.query<RelationName>(
    `select n.nspname::text as schema, c.relname::text as name
     from pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p')`,
  );
  const made = new Set(rows.map(keyOf));
  return selections.filter(({ family: { root, members } }) =>
    [root, ...members].every((table) => made.has(keyOf(table))),
  );
}

async function renderFor(lab: pg.Client, input: LabCopyInput): Promise<SchemaScript> {
  const { rows } = await lab.query<{ name: string }>("select name from pg_available_extensions");
  const script = renderSchema(input.snapshot, {
    availableExtensions: input.availableExtensions ?? rows.map(({ name }) => name),
    withDefaults: true,
    relations: input.tables,
  });
  return { ...script, skipped: script.skipped.filter((part) => !isParentLeftOut(part)) };
}

/** Parents that no statement names are left out on purpose, and their foreign keys with them. */
function isParentLeftOut({ object }: SkippedPart): boolean {
  return object.startsWith("foreign key ");
}

async function copyAll(
  input: LabCopyInput,
  limits: ResolvedCopyLimits,
  selections: readonly FamilySelection[],
  references: readonly FamilyReference[],
  labs: readonly pg.Client[],
): Promise<CopiedTables & CompletedParents> {
  const { source, context } = input;
  const readers = await openSourceReaders(source, labs.length, limits, context.signal);
  try {
    const copied = await copyFamilies(selections, readers, labs, context);
    const sampled = new Set(
      selections.filter(({ isWhole }) => !isWhole).map(({ family }) => family),
    );
    const [reader] = readers.clients;
    const [lab] = labs;
    if (reader === undefined || lab === undefined) return { ...copied, added: new Map() };
    const toSamples = references.filter(({ parent }) => sampled.has(parent));
    const completed = await completeParents(toSamples, reader, lab, context);
    const notOneInstant = {
      object: "the instant of the copy",
      reason: "the server shares no snapshot among connections, so tables differ by moments",
    };
    return {
      ...copied,
      added: completed.added,
      skipped: [
        ...copied.skipped,
        ...completed.skipped,
        ...(readers.seesOneInstant ? [] : [notOneInstant]),
      ],
    };
  } finally {
    await readers.close();
  }
}

async function closeAll(clients: readonly pg.Client[]): Promise<void> {
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
}

async function stopAndForget(cluster: Cluster, folder: string): Promise<void> {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
}

function isOurs(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code?.toString().startsWith("SG_") ?? false;
}

function sentence({ object, reason }: SkippedPart): string {
  return `${object}: ${reason}`;
}
