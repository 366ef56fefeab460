import type { TierUnderTest } from "@streamgate/cache/contract";
import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  StoredValue,
  TierClaims,
  TierRead,
  TierStamp,
} from "../../src/tiers/tier.ts";

/** What a careless author of a tier gets wrong. */
export type Fault =
  | "does not judge a fill by its stamp"
  | "judges a fill and not the reads after it"
  | "stamps found tags when it fills"
  | "lets an older load overwrite a fresher value"
  | "forgets the second tag"
  | "gives reads without the gaps"
  | "drops a value at the end of its time to live"
  | "serves for ever"
  | "hands out its own bytes"
  | "gives a claim to everybody"
  | "does not fence"
  | "keeps a claim that an invalidation made void"
  | "never wakes anybody"
  | "goes on after close";

interface Held {
  readonly fill: Fill;
  readonly asOf: number;
  readonly filledAtMs: number;
}

interface Claim {
  readonly token: string;
  readonly tags: readonly string[];
  readonly asOf: number;
  readonly untilMs: number;
}

interface Stamp extends TierStamp {
  readonly asOf: number;
  readonly tags: readonly string[];
}

/** What two plain tiers share: the shortest storage that keeps the contract. Time stands still unless it is moved. */
class Storage {
  readonly values = new Map<string, Held>();
  readonly claims = new Map<string, Claim>();
  readonly epochs = new Map<string, number>();
  readonly waiting = new Set<() => void>();
  sequence = 0;
  nowMs = 0;

  isOutdated(tags: readonly string[], asOf: number): boolean {
    return tags.some((tag) => (this.epochs.get(tag) ?? 0) > asOf);
  }

  wake(): void {
    for (const resolve of this.waiting) resolve();
  }
}

class PlainTier implements SharedTier {
  readonly name = "plain";
  readonly claims: TierClaims;
  private readonly storage: Storage;
  private readonly has: (fault: Fault) => boolean;
  private isClosed = false;

  constructor(storage: Storage, fault: Fault | undefined) {
    this.storage = storage;
    this.has = (asked) => asked === fault;
    this.claims = {
      awaitFill: (key, timeoutMs) => this.awaitFill(key, timeoutMs),
      renew: async (key, token, ttlMs) => this.renew(key, token, ttlMs),
      release: async (key, token) => this.release(key, token),
    };
  }

  async read(reads: readonly TierRead[]): Promise<readonly (StoredValue | undefined)[]> {
    this.checkOpen();
    const found = reads.map(({ key }) => this.readOne(key));
    return this.has("gives reads without the gaps") ? found.filter(Boolean) : found;
  }

  async begin({ key, tags, claim }: BeginRequest): Promise<Begun> {
    this.checkOpen();
    this.storage.sequence += 1;
    const stamp: Stamp = { tier: this.name, asOf: this.storage.sequence, tags };
    if (claim === undefined) return { stamp, claim: "free" };
    const held = this.claimOn(key);
    const isVoid =
      held !== undefined &&
      !this.has("keeps a claim that an invalidation made void") &&
      this.storage.isOutdated(held.tags, held.asOf);
    if (held !== undefined && !isVoid && !this.has("gives a claim to everybody"))
      return { stamp, claim: "taken" };
    const untilMs = this.storage.nowMs + claim.ttlMs;
    this.storage.claims.set(key, { token: claim.token, tags, asOf: stamp.asOf, untilMs });
    return { stamp, claim: "mine" };
  }

  async fill(fill: Fill): Promise<FillOutcome> {
    this.checkOpen();
    const { asOf, tags: knownTags } = fill.stamp as Stamp;
    const isFenced =
      fill.claimToken !== undefined && this.storage.claims.get(fill.key)?.token !== fill.claimToken;
    if (isFenced && !this.has("does not fence")) return "fenced";
    if (fill.claimToken !== undefined && !isFenced) this.release(fill.key, fill.claimToken);
    const judged = this.has("stamps found tags when it fills") ? knownTags : fill.tags;
    const isStale =
      !this.has("does not judge a fill by its stamp") && this.storage.isOutdated(judged, asOf);
    const there = this.storage.values.get(fill.key);
    const isBehind =
      !this.has("lets an older load overwrite a fresher value") && (there?.asOf ?? 0) > asOf;
    if (isStale || isBehind) return "superseded";
    const isLenient =
      this.has("stamps found tags when it fills") || this.has("does not judge a fill by its stamp");
    this.storage.values.set(fill.key, {
      fill: { ...fill, payload: this.copied(fill.payload) },
      asOf: isLenient ? this.storage.sequence : asOf,
      filledAtMs: this.storage.nowMs,
    });
    return "stored";
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    this.checkOpen();
    this.storage.sequence += 1;
    const bumped = this.has("forgets the second tag") ? tags.slice(0, 1) : tags;
    for (const tag of bumped) this.storage.epochs.set(tag, this.storage.sequence);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  private readOne(key: string): StoredValue | undefined {
    const held = this.storage.values.get(key);
    if (held === undefined) return undefined;
    const { fill, asOf, filledAtMs } = held;
    const ageMs = this.storage.nowMs - filledAtMs;
    const freshMs = fill.ttlMs - ageMs;
    const graceMs = this.has("drops a value at the end of its time to live") ? 0 : fill.graceMs;
    if (freshMs + graceMs <= 0 && !this.has("serves for ever")) return undefined;
    const isJudged = !this.has("judges a fill and not the reads after it");
    if (isJudged && this.storage.isOutdated(fill.tags, asOf)) return undefined;
    const { tags, loadMs } = fill;
    return {
      payload: this.copied(fill.payload),
      tags,
      ageMs: ageMs + fill.ageMs,
      freshMs,
      loadMs,
    };
  }

  private copied(payload: Fill["payload"]): Fill["payload"] {
    if (this.has("hands out its own bytes")) return payload;
    return { ...payload, bytes: Buffer.from(payload.bytes) };
  }

  private claimOn(key: string): Claim | undefined {
    const claim = this.storage.claims.get(key);
    return claim !== undefined && claim.untilMs > this.storage.nowMs ? claim : undefined;
  }

  private awaitFill(key: string, timeoutMs: number): Promise<void> {
    this.checkOpen();
    if (this.claimOn(key) === undefined) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        timeoutMs > 1_000 ? () => reject(new Error("nobody woke it")) : resolve,
        Math.min(timeoutMs, 1_000),
      );
      if (this.has("never wakes anybody")) return;
      this.storage.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private renew(key: string, token: string, ttlMs: number): boolean {
    this.checkOpen();
    const claim = this.claimOn(key);
    if (claim?.token !== token) return false;
    this.storage.claims.set(key, { ...claim, untilMs: this.storage.nowMs + ttlMs });
    return true;
  }

  private release(key: string, token: string): void {
    this.checkOpen();
    if (this.storage.claims.get(key)?.token !== token) return;
    this.storage.claims.delete(key);
    this.storage.wake();
  }

  private checkOpen(): void {
    if (this.isClosed && !this.has("goes on after close")) throw new Error("closed");
  }
}

/** Two views of a storage of their own. */
export async function plainTierUnderTest(fault?: Fault): Promise<TierUnderTest> {
  const storage = new Storage();
  return {
    views: [new PlainTier(storage, fault), new PlainTier(storage, fault)],
    advance: async (ms) => {
      storage.nowMs += ms;
    },
    dispose: async () => {},
  };
}
