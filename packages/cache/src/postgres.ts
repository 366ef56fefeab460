export type {
  PostgresQueries,
  PostgresResult,
  PostgresStatement,
} from "./tiers/postgres/client.ts";
export { invalidateInTransaction } from "./tiers/postgres/invalidate-in-transaction.ts";
export type { PostgresTierOptions } from "./tiers/postgres/options.ts";
export { type PostgresTier, postgresTier } from "./tiers/postgres/postgres-tier.ts";
export type { Purged } from "./tiers/postgres/purge.ts";
