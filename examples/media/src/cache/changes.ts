import { rowTags } from "./row-tags.ts";

/** What a write did, as the routes tell it. */
export type Change =
  | {
      readonly kind: "content";
      readonly contentId: number;
      readonly ownerId: number;
      /** It was published, or is no longer. */
      readonly isListingChanged: boolean;
    }
  | { readonly kind: "profile"; readonly userId: number }
  | { readonly kind: "keyword"; readonly userId: number; readonly keywordId: number }
  | { readonly kind: "filter"; readonly userId: number }
  | {
      readonly kind: "transfer";
      readonly contract: string;
      readonly tokenId: string;
      readonly seller: string;
      readonly buyer: string;
      readonly buyerId: number;
    }
  | { readonly kind: "events"; readonly ownerIds: readonly number[] };

/** The tags of all rows that it touched. */
export function tagsOfChange(change: Change): readonly string[] {
  switch (change.kind) {
    case "content":
      return [
        rowTags.content(change.contentId),
        rowTags.contentOf(change.ownerId),
        ...(change.isListingChanged ? [rowTags.listing()] : []),
      ];
    case "profile":
      return [rowTags.user(change.userId)];
    case "keyword":
      return [rowTags.keyword(change.keywordId), rowTags.keywordsOf(change.userId)];
    case "filter":
      return [rowTags.filterOf(change.userId)];
    case "transfer":
      return [
        rowTags.token(change.contract, change.tokenId),
        rowTags.tokensOfContract(change.contract),
        rowTags.tokensOfWallet(change.seller),
        rowTags.tokensOfWallet(change.buyer),
        rowTags.transactionsOf(change.buyerId),
      ];
    case "events":
      return change.ownerIds.map(rowTags.audienceOf);
  }
}

/**
 * Whether the answer to the write waits until no process can serve the old state: for what people change by hand and look at
 * afterwards. Events come all the time, and a count that another process gives a few milliseconds late harms nobody.
 */
export function isAwaitedEverywhere(change: Change): boolean {
  return change.kind !== "events";
}
