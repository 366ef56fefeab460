import { StreamGateError } from "@streamgate/core";
import type { NamespaceRecorder } from "../analytics/namespace-recorder.ts";
import type { Popularity } from "../analytics/popularity.ts";
import type { Id } from "../memory/memory-index.ts";
import { HITS_PER_SAMPLE, type NamespaceRecord } from "../namespace/namespace-record.ts";
import type { FillOutcome } from "../tiers/tier.ts";
import { publishFill, publishLoad } from "./publish.ts";

/** Tells the recorders what a namespace did, and whoever listens. */
export class NamespaceBook implements NamespaceRecord {
  private readonly name: string;
  private readonly recorder: NamespaceRecorder;
  private readonly popularity: Popularity;
  private readonly access: (keyHash: number, sizeBytes: number) => void;

  constructor(parts: {
    readonly name: string;
    readonly recorder: NamespaceRecorder;
    readonly popularity: Popularity;
    /** Tells the hit-ratio curve of an access of a key in its sample. */
    readonly access: (keyHash: number, sizeBytes: number) => void;
  }) {
    this.name = parts.name;
    this.recorder = parts.recorder;
    this.popularity = parts.popularity;
    this.access = parts.access;
  }

  hitSampled(id: Id, leftMs: number, ttlMs: number, loadMs: number): void {
    const name = String(id);
    this.recorder.sampleHit(name, ttlMs - leftMs, ttlMs, HITS_PER_SAMPLE);
    this.popularity.used(name, HITS_PER_SAMPLE, loadMs);
  }

  hitsBeside(count: number): void {
    this.recorder.recordHits(count);
  }

  memoryMiss(): void {
    this.recorder.recordMiss();
  }

  negativeHit(): void {
    this.recorder.recordNegativeHit();
  }

  knownAbsent(): void {
    this.recorder.recordKnownAbsent();
  }

  joined(): void {
    this.recorder.recordJoin();
  }

  refreshed(isStarted: boolean): void {
    this.recorder.recordRefresh(isStarted);
  }

  reloaded(isEqual: boolean): void {
    this.recorder.recordReload(isEqual);
  }

  landed(sizeBytes: number): void {
    this.recorder.recordLanding(sizeBytes);
  }

  filled(key: string, tier: string, outcome: FillOutcome | "unavailable", bytes: number): void {
    this.recorder.recordFill(outcome, bytes);
    publishFill(() => ({
      namespace: this.name,
      key,
      tier,
      outcome: outcome === "unavailable" ? "failed" : outcome,
      sizeBytes: bytes,
    }));
  }

  compressed(inBytes: number, outBytes: number): void {
    this.recorder.recordCompression(inBytes, outBytes);
  }

  accessed(keyHash: number, sizeBytes: number): void {
    this.access(keyHash, sizeBytes);
  }

  tierHit(tier: string, bytes: number): void {
    this.recorder.recordTierHit(tier, bytes);
  }

  tierMiss(tier: string): void {
    this.recorder.recordTierMiss(tier);
  }

  loaded(id: Id, key: string, loadMs: number, isAbsent: boolean, joined: number): void {
    const outcome = isAbsent ? "absent" : "loaded";
    this.recorder.recordLoad(outcome, loadMs);
    this.popularity.used(String(id), 1, loadMs);
    this.published(key, outcome, loadMs, joined);
  }

  loadFailed(key: string, loadMs: number, error: unknown, joined: number): void {
    const isLate = error instanceof StreamGateError && error.code === "SG_CACHE_LOAD_TIMEOUT";
    const outcome = isLate ? "timed-out" : "failed";
    this.recorder.recordLoad(outcome, loadMs);
    this.published(key, outcome, loadMs, joined);
  }

  refused(): void {
    this.recorder.recordRefused();
  }

  claimWaited(waitedMs: number): void {
    this.recorder.recordClaimWait(waitedMs);
  }

  stale(isAfterMiss: boolean): void {
    this.recorder.recordStale(isAfterMiss);
  }

  private published(
    key: string,
    outcome: "loaded" | "absent" | "failed" | "timed-out",
    durationMs: number,
    joined: number,
  ): void {
    publishLoad(() => ({ namespace: this.name, key, outcome, durationMs, joined }));
  }
}
