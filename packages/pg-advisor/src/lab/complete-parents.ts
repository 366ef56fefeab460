import type pg from "pg";
import type { RunContext } from "../context.ts";
import { qualify, quoteIdentifier, quoteLiteral } from "../schema/identifiers.ts";
import { copiedColumns } from "./copy-families.ts";
import { copyRows } from "./copy-rows.ts";
import type { SkippedPart } from "./lab.ts";
import type { FamilyReference } from "./table-family.ts";

/** What was fetched after the sample. */
export interface CompletedParents {
  /** Rows added to each family, by the qualified name of its root. */
  readonly added: ReadonlyMap<string, number>;
  readonly skipped: readonly SkippedPart[];
}

const KEYS_AT_ONCE = 10_000;
const MOST_PASSES = 50;
const STAGE = "streamgate_fetched_rows";

/**
 * Fetches the rows that copied rows refer to and the sample left out, again and again, as a row
 * that was fetched may refer to the next. A table that refers to itself is followed to the end of
 * its chains in one query. Ends when a pass adds nothing: what is then missing is missing on the
 * watched server, too. Chains that lead round and round through several tables are cut.
 *
 * @param references those whose parent is a sample
 */
export async function completeParents(
  references: readonly FamilyReference[],
  source: pg.Client,
  lab: pg.Client,
  context: RunContext,
): Promise<CompletedParents> {
  const added = new Map<string, number>();
  const skipped: SkippedPart[] = [];
  for (let pass = 0; references.length > 0; pass += 1) {
    if (pass === MOST_PASSES) {
      skipped.push(await cutChains(references, lab, added, context));
      break;
    }
    let addedNow = 0;
    for (const reference of references) {
      const name = qualify(reference.parent.root);
      context.onProgress({
        activity: `completing ${name}`,
        done: added.get(name) ?? 0,
        unit: "rows",
      });
      const rows = await completeReference(reference, source, lab, skipped, context);
      added.set(name, (added.get(name) ?? 0) + rows);
      addedNow += rows;
    }
    if (addedNow === 0) break;
  }
  return { added, skipped };
}

/** Deletes rows of the lab whose parent was not fetched, and rows that refer to these, until none is left. */
async function cutChains(
  references: readonly FamilyReference[],
  lab: pg.Client,
  added: Map<string, number>,
  context: RunContext,
): Promise<SkippedPart> {
  let cut = 0;
  for (let cutNow = 1; cutNow > 0; cut += cutNow) {
    cutNow = 0;
    for (const reference of references) {
      context.signal.throwIfAborted();
      const name = qualify(reference.child.root);
      const { rowCount } = await lab.query(
        `delete from ${name} as child where ${hasNoParent(reference)}`,
      );
      added.set(name, (added.get(name) ?? 0) - (rowCount ?? 0));
      cutNow += rowCount ?? 0;
    }
  }
  return {
    object: "chains of references",
    reason: `those that lead through more than ${MOST_PASSES} rows were cut, which left out ${cut} rows`,
  };
}

/** A condition on rows under the alias `child`. */
function hasNoParent({ columns, parent, parentColumns }: FamilyReference): string {
  const own = columns.map((column) => `child.${quoteIdentifier(column)}`);
  const pairs = own.map(
    (column, index) => `parent.${quoteIdentifier(parentColumns[index] ?? "")} = ${column}`,
  );
  const isFilled = own.map((column) => `${column} is not null`).join(" and ");
  return `${isFilled} and not exists (select from ${qualify(parent.root)} as parent where ${pairs.join(" and ")})`;
}

async function completeReference(
  reference: FamilyReference,
  source: pg.Client,
  lab: pg.Client,
  skipped: SkippedPart[],
  context: RunContext,
): Promise<number> {
  const missing = await readMissingKeys(reference, lab);
  let added = 0;
  for (let start = 0; start < missing.length; start += KEYS_AT_ONCE) {
    context.signal.throwIfAborted();
    const keys = missing.slice(start, start + KEYS_AT_ONCE);
    const outcome = await fetchRows(reference, keys, source, lab, context);
    if (typeof outcome === "number") {
      added += outcome;
      continue;
    }
    const object = `rows of ${qualify(reference.parent.root)} that others refer to`;
    if (!skipped.some((part) => part.object === object)) skipped.push({ object, ...outcome });
    break;
  }
  return added;
}

/** Every missing key as its columns' text forms. */
async function readMissingKeys(
  reference: FamilyReference,
  lab: pg.Client,
): Promise<readonly (readonly string[])[]> {
  const texts = reference.columns.map((column) => `child.${quoteIdentifier(column)}::text`);
  const { rows } = await lab.query<string[]>({
    text: `select distinct ${texts.join(", ")} from ${qualify(reference.child.root)} as child
            where ${hasNoParent(reference)}`,
    rowMode: "array",
  });
  return rows;
}

/** How many rows were new. */
async function fetchRows(
  reference: FamilyReference,
  keys: readonly (readonly string[])[],
  source: pg.Client,
  lab: pg.Client,
  context: RunContext,
): Promise<number | { readonly reason: string }> {
  const { parent, parentColumns } = reference;
  const name = qualify(parent.root);
  const columns = copiedColumns(parent.root);
  await lab.query(
    `begin; create temporary table ${STAGE} on commit drop as select ${columns} from ${name} with no data`,
  );
  const outcome = await copyRows(
    source,
    lab,
    {
      read: `copy (${selectByKeys(reference, keys, columns)}) to stdout`,
      write: `copy ${STAGE} (${columns}) from stdin`,
      onBytes: () => undefined,
    },
    context.signal,
  );
  if (outcome.kind === "refused") {
    await lab.query("rollback");
    return { reason: outcome.reason };
  }
  const pairs = parentColumns
    .map(quoteIdentifier)
    .map((column) => `known.${column} = fetched.${column}`);
  const inserted = await lab.query(
    `insert into ${name} (${columns}) overriding system value
       select ${columns} from ${STAGE} as fetched
        where not exists (select from ${name} as known where ${pairs.join(" and ")})`,
  );
  await lab.query("commit");
  return inserted.rowCount ?? 0;
}

function selectByKeys(
  { child, columns, parent, parentColumns }: FamilyReference,
  keys: readonly (readonly string[])[],
  copied: string,
): string {
  const types = parentColumns.map(
    (name) => parent.root.columns.find((column) => column.name === name)?.type ?? "text",
  );
  const wanted = keys
    .map(
      (key) => `(${key.map((part, index) => `${quoteLiteral(part)}::${types[index]}`).join(", ")})`,
    )
    .join(", ");
  const key = parentColumns.map(quoteIdentifier).join(", ");
  const name = qualify(parent.root);
  if (child !== parent) return `select ${copied} from ${name} where (${key}) in (values ${wanted})`;
  const next = columns.map((column) => `own.${quoteIdentifier(column)}`);
  const isChained = parentColumns.map(
    (column) => `own.${quoteIdentifier(column)} = chain.${quoteIdentifier(column)}`,
  );
  return `with recursive chain (${key}) as (
      (values ${wanted})
      union
      select ${next.join(", ")} from ${name} as own join chain on ${isChained.join(" and ")}
       where ${next.map((column) => `${column} is not null`).join(" and ")}
    )
    select ${copied} from ${name} where (${key}) in (select ${key} from chain)`;
}
