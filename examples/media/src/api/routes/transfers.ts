import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Change } from "../../cache/changes.ts";
import {
  type TransferOutcome,
  type TransferRequest,
  transferToken,
} from "../../queries/transfer.ts";
import { type CallerHeaders, callerHeaders, callerOf } from "../caller.ts";
import type { MediaContext } from "../media-context.ts";
import { ApiProblem } from "../problem.ts";
import { positiveId, tokenNumber, walletAddress } from "../schemas.ts";
import { TRANSACTION, transactionItem } from "./transactions.ts";

const SCHEMA = {
  params: {
    type: "object",
    required: ["address", "tokenId"],
    properties: { address: walletAddress, tokenId: tokenNumber },
  },
  headers: callerHeaders,
  body: {
    type: "object",
    required: ["buyerId"],
    additionalProperties: false,
    properties: { buyerId: positiveId, amountWei: { ...tokenNumber, default: "0" } },
  },
  response: { 201: TRANSACTION },
} as const;

interface TransferRoute {
  readonly Params: { readonly address: string; readonly tokenId: string };
  readonly Headers: CallerHeaders;
  readonly Body: { readonly buyerId: number; readonly amountWei: string };
}

/** Whoever holds a token hands it to another user; with it goes the right to watch. */
export function registerTransfers(app: FastifyInstance, { database, answers }: MediaContext): void {
  app.post<TransferRoute>(
    "/contracts/:address/tokens/:tokenId/transfers",
    { schema: SCHEMA },
    async function transfer(request, reply) {
      const transferRequest: TransferRequest = {
        contract: request.params.address.toLowerCase(),
        tokenId: request.params.tokenId,
        seller: callerOf(request),
        ...request.body,
        transactionHash: `0x${randomBytes(32).toString("hex")}`,
      };
      const done = doneOrRefused(transferRequest, await transferToken(database, transferRequest));
      await answers.changed(changeOf(transferRequest, done.buyer));
      return reply.code(201).send(transactionItem(done.transaction));
    },
  );
}

function doneOrRefused(
  { contract, tokenId, buyerId }: TransferRequest,
  outcome: TransferOutcome,
): Extract<TransferOutcome, { kind: "done" }> {
  switch (outcome.kind) {
    case "done":
      return outcome;
    case "no token":
      throw new ApiProblem("not-found", `contract ${contract} has no token ${tokenId}`);
    case "not held":
      throw new ApiProblem("token-not-held", `token ${tokenId} is for its holder to hand over`);
    case "no buyer":
      throw new ApiProblem("not-found", `there is no user ${buyerId} to buy it`);
  }
}

function changeOf(request: TransferRequest, buyer: string): Change {
  const { contract, tokenId, seller, buyerId } = request;
  return { kind: "transfer", contract, tokenId, seller, buyer, buyerId };
}
