/** The tags that rows have: what is made from a row carries its tag, and whoever writes the row invalidates it. */
export const rowTags = {
  content: (contentId: number): string => `content:${contentId}`,
  user: (userId: number): string => `user:${userId}`,
  keyword: (keywordId: number): string => `keyword:${keywordId}`,
  token: (contract: string, tokenId: string): string => `token:${contract}:${tokenId}`,
  /** The rows of one parent, together. */
  contentOf: (userId: number): string => `user:${userId}:content`,
  keywordsOf: (userId: number): string => `user:${userId}:keywords`,
  filterOf: (userId: number): string => `user:${userId}:filter`,
  transactionsOf: (userId: number): string => `user:${userId}:transactions`,
  /** Events on the open day; days that are over do not change. */
  audienceOf: (userId: number): string => `user:${userId}:audience`,
  tokensOfWallet: (address: string): string => `wallet:${address}`,
  tokensOfContract: (address: string): string => `contract:${address}`,
  /** Which content is published at all. */
  listing: (): string => "content:published",
} as const;
