import type { AuditEntry, AuditPage, AuditQuery } from "@streamgate/contract";
import { badRequest } from "../api/refusal.ts";
import type { StorePool, StoreQuery } from "../platform/store-pool.ts";
import { INSERT_ACT } from "../store/queries.ts";
import type { Act } from "../store/records.ts";
import { storableDocument, storableText } from "../store/storable.ts";

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly act: string;
  readonly target: string;
  readonly finding: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** An id below the one that is given; the latest first. */
const PAGE = `
select id, at, actor, act, target, finding, details from streamgate.audit_log
where ($1::bigint is null or id < $1) and ($2::text is null or target = $2)
  and ($3::text is null or actor = $3) and ($4::text is null or act = $4)
order by id desc limit $5`;

const LARGEST_ID = 2n ** 63n - 1n;
const DEFAULT_LIMIT = 50;

/** One page of the audit log. @throws ApiRefusal 400 where `after` is of no page */
export async function readAuditPage(tables: StorePool, query: AuditQuery): Promise<AuditPage> {
  const { after, target, actor, act, limit = DEFAULT_LIMIT } = query;
  const rows = await tables.query<AuditRow>(PAGE, [
    after === undefined ? null : idOf(after),
    textOrNull(target),
    textOrNull(actor),
    textOrNull(act),
    limit + 1,
  ]);
  const items = rows.slice(0, limit).map(entryOf);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Notes an act within the transaction that does it: neither is there without the other. */
export async function noteWithin(
  query: StoreQuery,
  { actor, act, target, details }: Act & { readonly actor: string },
): Promise<void> {
  await query(INSERT_ACT, [
    storableText(actor),
    act,
    storableText(target),
    null,
    null,
    storableDocument(details ?? {}),
  ]);
}

function idOf(after: string): string {
  if (/^\d{1,19}$/.test(after) && BigInt(after) <= LARGEST_ID) return after;
  throw badRequest("query.after is of no page", "give what the page before gave as next");
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text);
}

function entryOf({ at, ...row }: AuditRow): AuditEntry {
  return { ...row, at: at.toISOString() };
}
