import type { Database } from "../database/database.ts";

export interface StreamRow {
  readonly id: number;
  readonly kind: string;
  readonly duration_seconds: number;
  readonly contract_address: string;
  readonly token_id: string;
}

const STREAM = `
select id, kind, duration_seconds, contract_address, token_id
from content
where id = $1 and status = 'published'`;

const HOLDER = "select owner_address from nft where contract_address = $1 and token_id = $2";

export async function findStream(
  database: Database,
  contentId: number,
): Promise<StreamRow | undefined> {
  const [stream] = await database.query<StreamRow>(STREAM, [contentId]);
  return stream;
}

/** The wallets that hold a token. Tokens are sold: whoever keeps this must hear of it. */
export async function holdersOfToken(
  database: Database,
  contract: string,
  tokenId: string,
): Promise<readonly string[]> {
  const holders = await database.query<{ owner_address: string }>(HOLDER, [contract, tokenId]);
  return holders.map((holder) => holder.owner_address);
}
