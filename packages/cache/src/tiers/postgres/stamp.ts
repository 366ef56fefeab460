import type { TierStamp } from "../tier.ts";
import { foreignStamp } from "./errors.ts";

/**
 * What the server saw when a load began: which transactions were done (`snapshot`, of the type `pg_snapshot`), in
 * which generation of the cache, since which start of the server (`boot`), and when by its clock.
 */
export class PostgresStamp implements TierStamp {
  readonly tier: string;
  readonly generation: string;
  readonly boot: string;
  readonly snapshot: string;
  readonly begunMicroseconds: string;

  constructor(tier: string, row: Readonly<Record<string, unknown>>) {
    this.tier = tier;
    this.generation = String(row.generation);
    this.boot = String(row.boot);
    this.snapshot = String(row.snapshot);
    this.begunMicroseconds = String(row.begun_us);
  }
}

/** The stamp as the tier made it. @throws StreamGateError `SG_CACHE_POSTGRES_FOREIGN_STAMP` */
export function ownStamp(tier: string, stamp: TierStamp): PostgresStamp {
  if (stamp instanceof PostgresStamp && stamp.tier === tier) return stamp;
  throw foreignStamp(tier, stamp.tier);
}
