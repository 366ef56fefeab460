/** A rule that ships, as plain data; what it leaves out is filled in by `parseRules`. */
export type ShippedRule = { readonly name: string } & Readonly<Record<string, unknown>>;

/** Caches are cold and code is not yet compiled: slow is in order for a while, broken is not. */
export const AFTER_DEPLOY = { forMs: 120_000, allowedShare: 0.5 } as const;
