import type { Database } from "../database/database.ts";
import { type Page, type PageStart, pageOf } from "./page.ts";

export interface TransactionRow {
  readonly id: string;
  readonly nft_id: number;
  readonly kind: string;
  readonly status: string;
  readonly amount_wei: string;
  readonly transaction_hash: string;
  readonly created_at: Date;
}

export interface TransactionRequest {
  readonly userId: number;
  /** All where absent. */
  readonly status?: string;
  readonly from: Date;
  /** The first instant that no longer counts. */
  readonly to: Date;
  readonly limit: number;
}

/** A key of this list: instant and id of a page's last row. */
export const TRANSACTION_KEY: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^[0-9a-f-]{36}$/,
];

const BY_OFFSET = `
select id, nft_id, kind, status, amount_wei, transaction_hash, created_at
from transactions
where user_id = $1 and created_at >= $2 and created_at < $3
order by created_at desc
limit $4 offset $5`;

const OF_STATUS_BY_OFFSET = `
select id, nft_id, kind, status, amount_wei, transaction_hash, created_at
from transactions
where user_id = $1 and created_at >= $2 and created_at < $3 and status = $6
order by created_at desc
limit $4 offset $5`;

/** The first page's key is the window's end with the lowest id, so one text serves all pages. */
const BY_KEY = `
select id, nft_id, kind, status, amount_wei, transaction_hash, created_at
from transactions
where user_id = $1 and created_at >= $2 and (created_at, id) < ($3, $4)
order by created_at desc, id desc
limit $5`;

const OF_STATUS_BY_KEY = `
select id, nft_id, kind, status, amount_wei, transaction_hash, created_at
from transactions
where user_id = $1 and created_at >= $2 and (created_at, id) < ($3, $4) and status = $6
order by created_at desc, id desc
limit $5`;

/** No id is below this one, so the window's end stays outside. */
const LOWEST_ID = "00000000-0000-0000-0000-000000000000";

/** Naive: the page behind `offset` rows. */
export async function transactionPageByOffset(
  database: Database,
  { userId, status, from, to, limit }: TransactionRequest,
  offset: number,
): Promise<Page<TransactionRow>> {
  const values = [userId, from, to, limit + 1, offset];
  const rows =
    status === undefined
      ? await database.query<TransactionRow>(BY_OFFSET, values)
      : await database.query<TransactionRow>(OF_STATUS_BY_OFFSET, [...values, status]);
  return pageOf(rows, limit, () => ({ kind: "offset", offset: offset + limit }));
}

/** Good: the page behind the last row of the one before. */
export async function transactionPageByKey(
  database: Database,
  { userId, status, from, to, limit }: TransactionRequest,
  key: readonly string[] | undefined,
): Promise<Page<TransactionRow>> {
  const [createdBefore, idBefore] = key ?? [to, LOWEST_ID];
  const values = [userId, from, createdBefore, idBefore, limit + 1];
  const rows =
    status === undefined
      ? await database.query<TransactionRow>(BY_KEY, values)
      : await database.query<TransactionRow>(OF_STATUS_BY_KEY, [...values, status]);
  return pageOf(rows, limit, transactionKeyOf);
}

function transactionKeyOf(last: TransactionRow): PageStart {
  return { kind: "key", key: [last.created_at.toISOString(), last.id] };
}
