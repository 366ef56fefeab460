import type { Fill, FillOutcome, Payload, SharedTier, StoredValue, TierStamp } from "../tier.ts";

/** Long enough never to end within a rule. */
export const LONG_MS = 3_600_000;

/** The tags that every key has of itself: its id's and its namespace's. */
export function implicitTags(key: string): readonly string[] {
  const [namespace = "", id = ""] = key.split(":");
  return [`#${namespace}:${id}`, `@${namespace}`];
}

function textPayload(text: string): Payload {
  return { format: "text", compression: "none", bytes: Buffer.from(text) };
}

/** A load that has begun. */
export interface BegunLoad {
  readonly key: string;
  readonly tags: readonly string[];
  readonly stamp: TierStamp;
}

type FillParts = Partial<Omit<Fill, "key" | "stamp">>;

/** Begins a load of `key` that is known to depend on `tags`. */
export async function beginLoad(
  tier: SharedTier,
  key: string,
  tags: readonly string[] = [],
): Promise<BegunLoad> {
  const all = [...implicitTags(key), ...tags];
  const { stamp } = await tier.begin({ key, tags: all });
  return { key, tags: all, stamp };
}

/** Ends a load with a text; `parts` replaces what the fill says otherwise. */
export function endLoad(
  tier: SharedTier,
  load: BegunLoad,
  text: string,
  parts: FillParts = {},
): Promise<FillOutcome> {
  return tier.fill({
    key: load.key,
    tags: load.tags,
    payload: textPayload(text),
    stamp: load.stamp,
    ttlMs: LONG_MS,
    graceMs: 0,
    loadMs: 1,
    ageMs: 0,
    ...parts,
  });
}

/** Loads at once: begins and fills. */
export async function load(
  tier: SharedTier,
  key: string,
  text: string,
  tags: readonly string[] = [],
  parts: FillParts = {},
): Promise<FillOutcome> {
  return endLoad(tier, await beginLoad(tier, key, tags), text, parts);
}

export async function readOne(
  tier: SharedTier,
  key: string,
  tags: readonly string[] = [],
): Promise<StoredValue | undefined> {
  const [value] = await tier.read([{ key, tags: [...implicitTags(key), ...tags] }]);
  return value;
}

/** The text under a key; undefined where there is none. */
export async function readText(
  tier: SharedTier,
  key: string,
  tags: readonly string[] = [],
): Promise<string | undefined> {
  return (await readOne(tier, key, tags))?.payload.bytes.toString();
}
