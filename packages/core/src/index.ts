export type { Advice, Advisor } from "./advisor.ts";
export { formatByteSize, parseByteSize } from "./byte-size.ts";
export {
  announceCache,
  type CacheControl,
  type CacheCounters,
  type CacheReading,
  type CacheSizePoint,
  type CacheTargets,
  type CacheWarming,
  type CacheWarmingOptions,
  openCaches,
} from "./cache-control.ts";
export {
  type CacheBreaker,
  type CacheEvict,
  type CacheFill,
  type CacheInvalidate,
  type CacheKnownIds,
  type CacheLoad,
  type CacheRefresh,
  type CacheTrust,
  CHANNELS,
  type ChannelPayloads,
  type PostgresBudget,
  type PostgresFinding,
  type PostgresRequest,
  type PostgresStatement,
  type Progress,
} from "./channels.ts";
export { type Clock, systemClock } from "./clock.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export { type ErrorParts, messageOf, StreamGateError } from "./errors.ts";
export { type Evidence, type Interval, RUNGS, type Rung } from "./evidence.ts";
export {
  type AffectedStatement,
  type Declined,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  isAtLeast,
  SEVERITIES,
  type Severity,
  type Subject,
} from "./finding.ts";
export type { Fix, FixStep, SettingStep, SqlStep, TableLock } from "./fix.ts";
export { isMethod, type Method, type Wrapping, wrapMethod } from "./method-wrap.ts";
export {
  type EqualityProof,
  type LabDescription,
  PROOF_VERDICTS,
  type Proof,
  type ProofVerdict,
  type ResultComparison,
  type StatementProof,
  type WriteCost,
} from "./proof.ts";
export { type Random, seededRandom } from "./random.ts";
export type { LookUpLoop, LoopKey, Replacement, ReplacementKind } from "./replacement.ts";
export {
  type StatementVerification,
  VERIFICATION_VERDICTS,
  type Verification,
  type VerificationVerdict,
} from "./verification.ts";
