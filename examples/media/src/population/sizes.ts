/** Rows of every table at scale 1, and the fewest that still make a catalogue. */
const TABLE_SIZES = {
  users: { atScaleOne: 50_000, least: 200 },
  content: { atScaleOne: 200_000, least: 800 },
  nft: { atScaleOne: 200_000, least: 800 },
  transactions: { atScaleOne: 300_000, least: 600 },
  keywords: { atScaleOne: 100_000, least: 400 },
  filter_configs: { atScaleOne: 2_000, least: 10 },
  analytics_events: { atScaleOne: 600_000, least: 1_200 },
  ai_classification_cache: { atScaleOne: 60_000, least: 100 },
} as const;

export type MediaTable = keyof typeof TABLE_SIZES;

/** In the order in which they can be loaded. */
export const MEDIA_TABLES = Object.keys(TABLE_SIZES) as readonly MediaTable[];

export type TableSizes = Readonly<Record<MediaTable, number>>;

/** Every content has one token, so `nft` always has as many rows as `content`. */
export function tableSizes(scale: number): TableSizes {
  const entries = MEDIA_TABLES.map((table) => {
    const { atScaleOne, least } = TABLE_SIZES[table];
    return [table, Math.max(least, Math.round(atScaleOne * scale))] as const;
  });
  return Object.fromEntries(entries) as Record<MediaTable, number>;
}
