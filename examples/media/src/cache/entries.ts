import type { Id } from "@streamgate/cache";
import type { Resource } from "./lifetimes.ts";
import { rowTags } from "./row-tags.ts";

/** One entry of the cache: `resource:id:variant`, and the rows that it is known to be made from before it is loaded. */
export interface Entry {
  readonly resource: Resource;
  readonly id: Id;
  readonly variant?: string;
  readonly tags: readonly string[];
}

/** Every key of the cache. Lists have their parent as id and the page as variant. */
export const entries = {
  catalogue: (before: number, limit: number): Entry => ({
    resource: "catalogue",
    id: "newest",
    variant: variantOf(before, limit),
    tags: [rowTags.listing()],
  }),
  content: (contentId: number): Entry => ({
    resource: "content",
    id: contentId,
    tags: [rowTags.content(contentId)],
  }),
  feed: (userId: number, page: FeedPage): Entry => ({
    resource: "feed",
    id: userId,
    variant: variantOf(page.status, page.limit, page.after),
    tags: [rowTags.contentOf(userId)],
  }),
  profile: (userId: number): Entry => ({
    resource: "user",
    id: userId,
    tags: [rowTags.user(userId)],
  }),
  manifest: (contentId: number): Entry => ({
    resource: "stream",
    id: contentId,
    variant: "manifest:hls",
    tags: [rowTags.content(contentId)],
  }),
  holders: (contract: string, tokenId: string): Entry => ({
    resource: "token-holder",
    id: `${contract}:${tokenId}`,
    tags: [rowTags.token(contract, tokenId)],
  }),
  token: (contract: string, tokenId: string): Entry => ({
    resource: "token",
    id: `${contract}:${tokenId}`,
    tags: [rowTags.token(contract, tokenId)],
  }),
  contractTokens: (contract: string, page: Page): Entry => ({
    resource: "contract-tokens",
    id: contract,
    variant: variantOf(page.limit, page.after),
    tags: [rowTags.tokensOfContract(contract)],
  }),
  walletTokens: (wallet: string): Entry => ({
    resource: "wallet-tokens",
    id: wallet,
    tags: [rowTags.tokensOfWallet(wallet)],
  }),
  transactions: (userId: number, page: TransactionPage): Entry => ({
    resource: "transactions",
    id: userId,
    variant: variantOf(
      page.status,
      instantOf(page.from),
      instantOf(page.to),
      page.limit,
      page.after,
    ),
    tags: [rowTags.transactionsOf(userId)],
  }),
  /** Days that are over: nothing changes them. */
  closedDays: (userId: number, from: Date, to: Date): Entry => ({
    resource: "analytics",
    id: userId,
    variant: variantOf(instantOf(from), instantOf(to)),
    tags: [],
  }),
  openDay: (userId: number, from: Date, to: Date): Entry => ({
    resource: "analytics",
    id: userId,
    variant: variantOf("open", instantOf(from), instantOf(to)),
    tags: [rowTags.audienceOf(userId)],
  }),
  keywords: (userId: number): Entry => ({
    resource: "keywords",
    id: userId,
    tags: [rowTags.keywordsOf(userId)],
  }),
  filter: (userId: number): Entry => ({
    resource: "filter-configuration",
    id: userId,
    tags: [rowTags.filterOf(userId)],
  }),
  classification: (hash: string): Entry => ({ resource: "classification", id: hash, tags: [] }),
} as const;

interface Page {
  readonly limit: number;
  readonly after?: string | undefined;
}

interface FeedPage extends Page {
  readonly status: string;
}

interface TransactionPage extends Page {
  readonly status?: string | undefined;
  readonly from: Date;
  readonly to: Date;
}

function variantOf(...parts: readonly (string | number | undefined)[]): string {
  return parts.map((part) => part ?? "").join(" ");
}

/** Two spellings of one instant are one page. */
function instantOf(date: Date): string {
  return date.toISOString();
}
