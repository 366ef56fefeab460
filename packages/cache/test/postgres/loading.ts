import type { FillOutcome, SharedTier, TierStamp } from "../../src/tiers/tier.ts";

const LONG_MS = 3_600_000;

/** Begins a load of `classification:ID` that depends on `tags`. */
export async function begin(
  tier: SharedTier,
  id: string,
  tags: readonly string[] = ["t"],
): Promise<(text: string) => Promise<FillOutcome>> {
  const { stamp } = await tier.begin({ key: `classification:${id}`, tags });
  return (text) => fill(tier, id, stamp, text, tags);
}

function fill(
  tier: SharedTier,
  id: string,
  stamp: TierStamp,
  text: string,
  tags: readonly string[],
): Promise<FillOutcome> {
  return tier.fill({
    key: `classification:${id}`,
    tags,
    payload: { format: "text", compression: "none", bytes: Buffer.from(text) },
    stamp,
    ttlMs: LONG_MS,
    graceMs: 0,
    loadMs: 1,
    ageMs: 0,
  });
}

export async function load(
  tier: SharedTier,
  id: string,
  text: string,
  tags?: readonly string[],
): Promise<FillOutcome> {
  return (await begin(tier, id, tags))(text);
}

export async function read(tier: SharedTier, id: string): Promise<string | undefined> {
  const [value] = await tier.read([{ key: `classification:${id}`, tags: [] }]);
  return value?.payload.bytes.toString();
}
