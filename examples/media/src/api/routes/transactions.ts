import type { FastifyInstance } from "fastify";
import { entries } from "../../cache/entries.ts";
import { findPage } from "../../queries/page.ts";
import {
  TRANSACTION_KEY,
  type TransactionRow,
  transactionPageByKey,
  transactionPageByOffset,
} from "../../queries/transactions.ts";
import type { MediaContext } from "../media-context.ts";
import { pageAnswer, readPageToken } from "../page-token.ts";
import { ApiProblem } from "../problem.ts";
import {
  instant,
  type JsonSchema,
  pageLimit,
  pageOfItems,
  pageToken,
  positiveId,
  userIdParams,
} from "../schemas.ts";

export const TRANSACTION: JsonSchema = {
  type: "object",
  properties: {
    id: { type: "string" },
    nftId: positiveId,
    kind: { type: "string" },
    status: { type: "string" },
    amountWei: { type: "string" },
    transactionHash: { type: "string" },
    createdAt: instant,
  },
};

const SCHEMA = {
  params: userIdParams,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      status: { enum: ["pending", "confirmed", "failed"] },
      from: { ...instant, default: "2000-01-01T00:00:00Z" },
      to: { ...instant, default: "2100-01-01T00:00:00Z" },
      after: pageToken,
      limit: pageLimit,
    },
  },
  response: {
    200: pageOfItems(TRANSACTION),
  },
} as const;

interface TransactionsRoute {
  readonly Params: { readonly userId: number };
  readonly Querystring: {
    readonly status?: string;
    readonly from: string;
    readonly to: string;
    readonly after?: string;
    readonly limit: number;
  };
}

/** A user's transactions in a window, all or of one status, newest first. */
export function registerTransactions(
  app: FastifyInstance,
  { database, naive, answers }: MediaContext,
): void {
  app.get<TransactionsRoute>(
    "/users/:userId/transactions",
    { schema: SCHEMA },
    async function transactionsOfUser(request, reply) {
      const { status, limit, after } = request.query;
      const from = new Date(request.query.from);
      const to = new Date(request.query.to);
      if (from >= to) throw new ApiProblem("bad-date-range", "from must be before to");
      const { userId } = request.params;
      const start = readPageToken(after, TRANSACTION_KEY);
      const wanted = {
        userId,
        from,
        to,
        limit,
        ...(status === undefined ? {} : { status }),
      };
      const entry = entries.transactions(userId, { status, from, to, limit, after });
      return answers.answer(reply, entry, async () => {
        const page = await findPage(start, naive.offsetPages, {
          byOffset: (offset) => transactionPageByOffset(database, wanted, offset),
          byKey: (key) => transactionPageByKey(database, wanted, key),
        });
        return pageAnswer(page, transactionItem);
      });
    },
  );
}

export function transactionItem(row: TransactionRow): object {
  return {
    id: row.id,
    nftId: row.nft_id,
    kind: row.kind,
    status: row.status,
    amountWei: row.amount_wei,
    transactionHash: row.transaction_hash,
    createdAt: row.created_at,
  };
}
