import type { Database } from "../database/database.ts";
import { type Page, type PageStart, pageOf } from "./page.ts";

export interface TokenRow {
  readonly content_id: number;
  readonly contract_address: string;
  readonly token_id: string;
  readonly owner_address: string;
  readonly standard: string;
  readonly minted_at: Date;
}

export interface TokenWithMetadataRow extends TokenRow {
  readonly metadata: unknown;
}

/** A key within one contract: the token's number. */
export const TOKEN_KEY: readonly RegExp[] = [/^\d{1,78}$/];

const BY_OWNER_WHOLE = "select * from nft where owner_address = $1 order by id";

const BY_OWNER = `
select content_id, contract_address, token_id, owner_address, standard, minted_at
from nft
where owner_address = $1
order by id`;

const BY_CONTRACT_OFFSET = `
select content_id, contract_address, token_id, owner_address, standard, minted_at
from nft
where contract_address = $1
order by token_id
limit $2 offset $3`;

const BY_CONTRACT_AFTER_KEY = `
select content_id, contract_address, token_id, owner_address, standard, minted_at
from nft
where contract_address = $1 and token_id > $3
order by token_id
limit $2`;

const ONE_TOKEN = `
select content_id, contract_address, token_id, owner_address, standard, minted_at, metadata
from nft
where contract_address = $1 and token_id = $2`;

/** Naive: all columns, though the answer has no metadata. */
export function wholeTokensOfOwner(
  database: Database,
  ownerAddress: string,
): Promise<readonly TokenRow[]> {
  return database.query<TokenRow>(BY_OWNER_WHOLE, [ownerAddress]);
}

/** Good: the columns that the answer has. */
export function tokensOfOwner(
  database: Database,
  ownerAddress: string,
): Promise<readonly TokenRow[]> {
  return database.query<TokenRow>(BY_OWNER, [ownerAddress]);
}

/** Naive: the page behind `offset` tokens. */
export async function contractPageByOffset(
  database: Database,
  contractAddress: string,
  limit: number,
  offset: number,
): Promise<Page<TokenRow>> {
  const values = [contractAddress, limit + 1, offset];
  const rows = await database.query<TokenRow>(BY_CONTRACT_OFFSET, values);
  return pageOf(rows, limit, () => ({ kind: "offset", offset: offset + limit }));
}

/** Good: the page behind the last token of the one before. */
export async function contractPageByKey(
  database: Database,
  contractAddress: string,
  limit: number,
  key: readonly string[] | undefined,
): Promise<Page<TokenRow>> {
  const values = [contractAddress, limit + 1, key?.[0] ?? -1];
  const rows = await database.query<TokenRow>(BY_CONTRACT_AFTER_KEY, values);
  return pageOf(rows, limit, (last): PageStart => ({ kind: "key", key: [last.token_id] }));
}

export async function findToken(
  database: Database,
  contractAddress: string,
  tokenId: string,
): Promise<TokenWithMetadataRow | undefined> {
  const [token] = await database.query<TokenWithMetadataRow>(ONE_TOKEN, [contractAddress, tokenId]);
  return token;
}
