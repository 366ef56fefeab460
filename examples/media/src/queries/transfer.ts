import type { Database, TransactionalDatabase } from "../database/database.ts";
import type { TransactionRow } from "./transactions.ts";

export interface TransferRequest {
  readonly contract: string;
  readonly tokenId: string;
  /** The wallet that gives it away. */
  readonly seller: string;
  readonly buyerId: number;
  /** 0 for a gift. */
  readonly amountWei: string;
  readonly transactionHash: string;
}

export type TransferOutcome =
  | { readonly kind: "done"; readonly buyer: string; readonly transaction: TransactionRow }
  | { readonly kind: "no token" }
  | { readonly kind: "not held" }
  | { readonly kind: "no buyer" };

const LOCK_TOKEN =
  "select id, owner_address from nft where contract_address = $1 and token_id = $2 for update";

const WALLET_OF_USER = "select wallet_address from users where id = $1";

const HAND_OVER = "update nft set owner_address = $2 where id = $1";

const RECORD = `
insert into transactions (user_id, nft_id, kind, status, amount_wei, transaction_hash)
values ($1, $2, $3, 'confirmed', $4, $5)
returning id, nft_id, kind, status, amount_wei, transaction_hash, created_at`;

/** Hands a token over and records it, both or neither. */
export function transferToken(
  database: TransactionalDatabase,
  request: TransferRequest,
): Promise<TransferOutcome> {
  return database.transaction((open) => handOver(open, request));
}

async function handOver(database: Database, request: TransferRequest): Promise<TransferOutcome> {
  const { contract, tokenId, seller, buyerId, amountWei, transactionHash } = request;
  const [token] = await database.query<{ id: number; owner_address: string }>(LOCK_TOKEN, [
    contract,
    tokenId,
  ]);
  if (token === undefined) return { kind: "no token" };
  if (token.owner_address !== seller) return { kind: "not held" };
  const [user] = await database.query<{ wallet_address: string }>(WALLET_OF_USER, [buyerId]);
  if (user === undefined) return { kind: "no buyer" };
  await database.query(HAND_OVER, [token.id, user.wallet_address]);
  const kind = /^0+$/.test(amountWei) ? "transfer" : "sale";
  const values = [buyerId, token.id, kind, amountWei, transactionHash];
  const [transaction] = await database.query<TransactionRow>(RECORD, values);
  if (transaction === undefined) throw new Error("an insert that returns its row returned none");
  return { kind: "done", buyer: user.wallet_address, transaction };
}
