import type { Begun, Fill, FillOutcome, SharedTier } from "../../src/tiers/tier.ts";

export const LONG_MS = 3_600_000;

/** The tags that every key has of itself, and others. */
export function tagsOf(key: string, ...others: readonly string[]): readonly string[] {
  const [namespace = "", id = ""] = key.split(":");
  return [`#${namespace}:${id}`, `@${namespace}`, ...others];
}

export async function begin(
  tier: SharedTier,
  key: string,
  tags: readonly string[] = [],
  claim?: { readonly token: string; readonly ttlMs: number },
): Promise<Begun> {
  return tier.begin({ key, tags: tagsOf(key, ...tags), ...(claim ? { claim } : {}) });
}

export async function fill(
  tier: SharedTier,
  key: string,
  begun: Begun,
  text: string,
  tags: readonly string[] = [],
  parts: Partial<Fill> = {},
): Promise<FillOutcome> {
  return tier.fill({
    key,
    tags: tagsOf(key, ...tags),
    payload: { format: "text", compression: "none", bytes: Buffer.from(text) },
    stamp: begun.stamp,
    ttlMs: LONG_MS,
    graceMs: 0,
    loadMs: 1,
    ageMs: 0,
    ...parts,
  });
}

export async function load(
  tier: SharedTier,
  key: string,
  text: string,
  tags: readonly string[] = [],
): Promise<FillOutcome> {
  return fill(tier, key, await begin(tier, key, tags), text, tags);
}

export async function readText(
  tier: SharedTier,
  key: string,
  tags: readonly string[] = [],
): Promise<string | undefined> {
  const [value] = await tier.read([{ key, tags: tagsOf(key, ...tags) }]);
  return value?.payload.bytes.toString();
}
