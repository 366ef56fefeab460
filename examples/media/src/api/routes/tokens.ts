import type { FastifyInstance } from "fastify";
import { entries } from "../../cache/entries.ts";
import { findPage } from "../../queries/page.ts";
import {
  contractPageByKey,
  contractPageByOffset,
  findToken,
  TOKEN_KEY,
  type TokenRow,
  tokensOfOwner,
  wholeTokensOfOwner,
} from "../../queries/tokens.ts";
import type { MediaContext } from "../media-context.ts";
import { pageAnswer, readPageToken } from "../page-token.ts";
import { ApiProblem } from "../problem.ts";
import {
  instant,
  pageLimit,
  pageOfItems,
  pageToken,
  positiveId,
  tokenNumber,
  walletAddress,
} from "../schemas.ts";

const TOKEN = {
  type: "object",
  properties: {
    contentId: positiveId,
    contractAddress: { type: "string" },
    tokenId: { type: "string" },
    ownerAddress: { type: "string" },
    standard: { type: "string" },
    mintedAt: instant,
  },
} as const;

const addressParams = {
  type: "object",
  required: ["address"],
  properties: { address: walletAddress },
} as const;

const OF_OWNER_SCHEMA = { params: addressParams, response: { 200: pageOfItems(TOKEN) } } as const;

const OF_CONTRACT_SCHEMA = {
  params: addressParams,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { after: pageToken, limit: pageLimit },
  },
  response: { 200: pageOfItems(TOKEN) },
} as const;

const ONE_SCHEMA = {
  params: {
    type: "object",
    required: ["address", "tokenId"],
    properties: { address: walletAddress, tokenId: tokenNumber },
  },
  response: {
    200: {
      type: "object",
      properties: { ...TOKEN.properties, metadata: { type: "object", additionalProperties: true } },
    },
  },
} as const;

interface ContractRoute {
  readonly Params: { readonly address: string };
  readonly Querystring: { readonly after?: string; readonly limit: number };
}

/** Tokens of a wallet, tokens of a contract, one token. */
export function registerTokens(
  app: FastifyInstance,
  { database, naive, answers }: MediaContext,
): void {
  const ofOwner = naive.wholeTokenRows ? wholeTokensOfOwner : tokensOfOwner;

  app.get<{ Params: { address: string } }>(
    "/wallets/:address/tokens",
    { schema: OF_OWNER_SCHEMA },
    async function tokensOfWallet(request, reply) {
      const address = request.params.address.toLowerCase();
      return answers.answer(reply, entries.walletTokens(address), async () => {
        const tokens = await ofOwner(database, address);
        return { items: tokens.map(tokenAnswer) };
      });
    },
  );

  app.get<ContractRoute>(
    "/contracts/:address/tokens",
    { schema: OF_CONTRACT_SCHEMA },
    async function tokensOfContract(request, reply) {
      const address = request.params.address.toLowerCase();
      const { after, limit } = request.query;
      const start = readPageToken(after, TOKEN_KEY);
      return answers.answer(reply, entries.contractTokens(address, { limit, after }), async () => {
        const page = await findPage(start, naive.offsetPages, {
          byOffset: (offset) => contractPageByOffset(database, address, limit, offset),
          byKey: (key) => contractPageByKey(database, address, limit, key),
        });
        return pageAnswer(page, tokenAnswer);
      });
    },
  );

  app.get<{ Params: { address: string; tokenId: string } }>(
    "/contracts/:address/tokens/:tokenId",
    { schema: ONE_SCHEMA },
    async function oneToken(request, reply) {
      const { tokenId } = request.params;
      const address = request.params.address.toLowerCase();
      const found = await answers.answer(reply, entries.token(address, tokenId), async () => {
        const token = await findToken(database, address, tokenId);
        return token === undefined
          ? undefined
          : { ...tokenAnswer(token), metadata: token.metadata };
      });
      if (found === undefined) {
        throw new ApiProblem("not-found", `contract ${address} has no token ${tokenId}`);
      }
      return found;
    },
  );
}

function tokenAnswer(row: TokenRow): object {
  return {
    contentId: row.content_id,
    contractAddress: row.contract_address,
    tokenId: row.token_id,
    ownerAddress: row.owner_address,
    standard: row.standard,
    mintedAt: row.minted_at,
  };
}
