import { messageOf } from "@streamgate/core";
import type pg from "pg";
import { quoteIdentifier, quoteLiteral } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { plannerSettings } from "../what-if/twin/planner-settings.ts";
import type { SkippedPart } from "./lab.ts";

export const LAB_DATABASE = "lab";

const FALLBACK = "encoding 'UTF8' lc_collate 'C' lc_ctype 'C'";

/**
 * Creates the lab's database with the encoding and collation of the watched one. Where this
 * machine lacks the locale, ICU's of the same language stands in: whether an index can serve
 * LIKE 'a%' depends on the collation being C or not, so C must not stand in for another.
 *
 * @param admin a connection to another database of the lab's cluster
 */
export async function createLabDatabase(
  admin: pg.Client,
  snapshot: Snapshot,
): Promise<readonly SkippedPart[]> {
  const { collation, encoding } = snapshot.server;
  const locale = quoteLiteral(collation);
  const wishes = [`encoding ${quoteLiteral(encoding)} lc_collate ${locale} lc_ctype ${locale}`];
  const tag = languageTagOf(collation);
  if (tag !== null) {
    wishes.push(
      `encoding 'UTF8' lc_collate 'C' lc_ctype 'C' locale_provider icu icu_locale ${quoteLiteral(tag)}`,
    );
  }
  wishes.push(FALLBACK);
  let problem = "";
  for (const wish of wishes) {
    try {
      await admin.query(`create database ${LAB_DATABASE} template template0 ${wish}`);
      return problem === ""
        ? []
        : [{ object: `collation ${collation}`, reason: `${problem}; used: ${wish}` }];
    } catch (error) {
      if (problem === "") problem = messageOf(error);
      if (wish === FALLBACK) throw error;
    }
  }
  return [];
}

/** `en-US` of `en_US.UTF-8`; null for C and POSIX. */
function languageTagOf(collation: string): string | null {
  const [name = ""] = collation.split(/[.@]/);
  return /^[a-z]{2,3}([_-][A-Za-z]+)?$/.test(name) ? name.replace("_", "-") : null;
}

/** Settings that a session may change on this server. */
const CHANGEABLE =
  "select lower(name) as name from pg_settings where context in ('user', 'superuser') and lower(name) = any($1)";

/** Makes every session of the lab plan, and read literals, as those of the watched server do. */
export async function copySettings(
  lab: pg.Client,
  snapshot: Snapshot,
): Promise<readonly SkippedPart[]> {
  const wanted = plannerSettings(snapshot);
  const names = wanted.map(({ name }) => name.toLowerCase());
  const { rows } = await lab.query<{ name: string }>(CHANGEABLE, [names]);
  const changeable = new Set(rows.map(({ name }) => name));
  const skipped: SkippedPart[] = [];
  for (const { name, value } of wanted) {
    if (!changeable.has(name.toLowerCase())) continue;
    try {
      await lab.query("select set_config($1, $2, false)", [name, value]);
      await lab.query(
        `alter database ${LAB_DATABASE} set ${quoteIdentifier(name.toLowerCase())} from current`,
      );
    } catch (error) {
      skipped.push({ object: `setting ${name}`, reason: messageOf(error) });
    }
  }
  return skipped;
}
