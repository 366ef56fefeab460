import { MediaError } from "../errors.ts";
import type { MediaTable } from "../population/sizes.ts";

/** What a seeding run says of itself while it works. */
export type SeedProgress =
  | {
      readonly kind: "table";
      readonly table: MediaTable;
      readonly rows: number;
      readonly ofRows: number;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "step"; readonly step: "foreign keys" | "analyze" | "commit" };

export interface SeedOptions {
  readonly databaseUrl: string;
  /** 1 is about 1.5 million rows; between 0 and 100. @default 1 */
  readonly scale?: number;
  /** A 31-bit integer. @default 1 */
  readonly seed?: number;
  /** The instant at which the generated history ends. @default 2026-01-01T00:00:00Z */
  readonly until?: Date;
  /** Replace what is there by other data. @default false */
  readonly isForced?: boolean;
  readonly onProgress?: (progress: SeedProgress) => void;
}

export const SEED_DEFAULTS: Required<Omit<SeedOptions, "databaseUrl">> = {
  scale: 1,
  seed: 1,
  until: new Date("2026-01-01T00:00:00.000Z"),
  isForced: false,
  onProgress: () => undefined,
};

/** @throws MediaError `MEDIA_BAD_OPTION` */
export function resolveSeedOptions(options: SeedOptions): Required<SeedOptions> {
  const resolved = { ...SEED_DEFAULTS, ...options };
  if (!(resolved.scale > 0 && resolved.scale <= 100)) {
    throw new MediaError(
      "MEDIA_BAD_OPTION",
      `scale is ${resolved.scale}; give a number above 0, up to 100`,
    );
  }
  if (!Number.isInteger(resolved.seed) || resolved.seed < 0 || resolved.seed >= 2 ** 31) {
    throw new MediaError(
      "MEDIA_BAD_OPTION",
      `seed is ${resolved.seed}; give an integer from 0 to 2147483647`,
    );
  }
  if (Number.isNaN(resolved.until.getTime())) {
    throw new MediaError("MEDIA_BAD_OPTION", "until is not a date; write it like 2026-01-01");
  }
  return resolved;
}
