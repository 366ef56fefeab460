import type { IndexPortrait } from "@streamgate/pg-advisor";

/** Names of the indexes that a rule, as published, would have one drop. */
export type Rule = (indexes: readonly IndexPortrait[]) => ReadonlySet<string>;

/** `select … from pg_stat_user_indexes where idx_scan = 0`, as blogs and wikis have it. */
const neverScanned: Rule = (indexes) => namesOf(indexes.filter(({ index }) => index.scans === 0));

/** The same with `and not indisunique`, as the more careful ones have it. */
const neverScannedNotUnique: Rule = (indexes) =>
  namesOf(indexes.filter(({ index }) => index.scans === 0 && !index.isUnique));

/** PgHero's page of unused indexes: not unique, at most 50 scans (unused_indexes, max_scans). */
const pgHeroUnused: Rule = (indexes) =>
  namesOf(indexes.filter(({ index }) => !index.isUnique && index.scans <= 50));

/**
 * PgHero's page of duplicate indexes: the columns of one, as the text of its definition has them between the first and the last
 * parenthesis, lead those of another; valid, not unique, of one method, neither with an expression nor with a predicate.
 */
const pgHeroDuplicates: Rule = (indexes) => {
  const plain = indexes.filter(
    ({ index }) =>
      index.isValid &&
      index.predicate === null &&
      index.keys.every(({ expression }) => expression === null),
  );
  const unneeded = plain.filter(({ index }) => {
    if (index.isUnique) return false;
    const columns = columnsAsText(index.definition);
    return plain.some(({ index: other }) => {
      const its = columnsAsText(other.definition);
      return (
        other.name !== index.name &&
        other.table.name === index.table.name &&
        other.method === index.method &&
        columns.every((column, at) => column === its[at]) &&
        (its.length !== columns.length || index.name > other.name)
      );
    });
  });
  return namesOf(unneeded);
};

const pgHero: Rule = (indexes) => new Set([...pgHeroUnused(indexes), ...pgHeroDuplicates(indexes)]);

export const RIVALS: Readonly<Record<string, Rule>> = {
  "idx_scan = 0": neverScanned,
  "idx_scan = 0, not unique": neverScannedNotUnique,
  "PgHero: unused": pgHeroUnused,
  "PgHero: duplicate": pgHeroDuplicates,
  "PgHero: both": pgHero,
};

/** `a, b DESC`, split at the commas. */
function columnsAsText(definition: string): readonly string[] {
  return definition.replace(/^[^(]*\((.*)\)$/s, "$1").split(", ");
}

/** The view lists the indexes of partitions, and not the one of the partitioned table that holds them together. */
function namesOf(indexes: readonly IndexPortrait[]): ReadonlySet<string> {
  const listed = indexes.filter(({ table }) => table?.kind !== "partitioned table");
  return new Set(listed.map(({ index }) => index.name));
}
