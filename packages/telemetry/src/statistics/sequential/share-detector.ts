import {
  type ResolvedShareDetectorOptions,
  resolveShareDetectorOptions,
  type ShareDetectorOptions,
} from "./share-detector-options.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const GREATEST_ALTERNATIVE = 0.95;
const GREATEST_FACTOR_BETWEEN_ALTERNATIVES = 3;
/** The statistic is kept below e² times its limit: what follows an alarm must not take hours to fade. */
const HEADROOM = Math.E ** 2;

/** Watches a share of bad events, such as failed of all requests, and says when it is too high. */
export interface ShareDetector {
  /**
   * Takes what happened since the last step.
   *
   * @param bad how many events were bad, 0 to `all`; fractions are fine
   * @param all how many events there were; a step without events, or with numbers that are none, is no step
   * @returns whether the evidence is enough for an alarm
   */
  step(bad: number, all: number): boolean;
  /** Evidence as a share of what an alarm takes, on a logarithmic scale: 0 none, 1 alarm. */
  evidence(): number;
  /** Forgets the evidence, as after an alarm that was told. */
  reset(): void;
  /** What `restore` takes; plain numbers. */
  state(): readonly number[];
  /** Goes on from a state; one that was made with other options is left aside. */
  restore(state: readonly number[]): void;
}

/**
 * A sequential test of a share, valid at every moment: no window, no fixed sample size. It is the
 * mixture of Shiryaev–Roberts e-detectors of Shin, Ramdas and Rinaldo ("E-detectors: a nonparametric
 * framework for sequential change detection", 2022, arXiv:2203.03532, §3.3), over Bernoulli
 * alternatives p₁ < p₂ < … on a geometric grid from the least share worth noticing to 95 %.
 *
 * With p₀ the allowed share and a step of b bad among n events,
 * `L_k = min((p_k/p₀)^b · ((1−p_k)/(1−p₀))^(n−b), c_k)` and `M_k ← L_k · (M_k + 1)`. An alarm is
 * given when `Σ ω_k M_k ≥ A`.
 *
 * - *False alarms.* As long as each event is bad with a chance of at most p₀, whatever happened
 *   before, E[L_k] ≤ 1; so E[Σ ω_k M_k] after t steps is at most t, and the chance of any alarm
 *   within t steps is at most t / A. With A = steps a week / tolerated alarms that is the bound.
 *   Nothing is assumed of independence among events, only of the chance given the past.
 * - *Delay.* At a share p the evidence grows by about n · KL(p ‖ p₀) a step, the best rate there is
 *   for tests with this bound (Lorden 1971); the mixture costs ln(1/ω_k) once.
 * - *Bursts.* The cap c_k keeps one bad instant from being enough; a minimum with a constant keeps
 *   E[L_k] ≤ 1, so the bound stands.
 *
 * docs/math.md has the proof and measured delays.
 *
 * @throws SG_TELEMETRY_BAD_SEQUENTIAL_OPTION
 * @example
 * ```ts
 * import { createShareDetector } from "@streamgate/telemetry/statistics";
 * const failures = createShareDetector({ allowedShare: 0.001 });
 * failures.step(0, 50); // false: 50 requests, none failed
 * failures.step(50, 50); // false: one bad second is not yet enough
 * failures.step(50, 50); // false
 * failures.step(50, 50); // true
 * ```
 */
export function createShareDetector(options: ShareDetectorOptions): ShareDetector {
  const resolved = resolveShareDetectorOptions(options);
  const { allowedShare } = resolved;
  const limit = evidenceForAlarm(resolved);
  const alternatives = alternativesOf(resolved, limit);
  const values = new Float64Array(alternatives.length);

  const statistic = (): number => {
    let sum = 0;
    for (const [k, { weight }] of alternatives.entries()) sum += weight * (values[k] ?? 0);
    return sum;
  };
  return {
    step(bad, all) {
      if (!(all > 0 && bad >= 0 && Number.isFinite(all + bad))) return statistic() >= limit;
      const good = Math.max(0, all - bad);
      for (const [k, alternative] of alternatives.entries()) {
        const gain = bad * alternative.gainOfBad + good * alternative.gainOfGood;
        const likelihood = Math.exp(Math.min(gain, alternative.mostGain));
        const value = likelihood * ((values[k] ?? 0) + 1);
        values[k] = Math.min(value, (limit * HEADROOM) / alternative.weight);
      }
      return statistic() >= limit;
    },
    evidence: () => clamp(Math.log(Math.max(1, statistic())) / Math.log(limit)),
    reset: () => {
      values.fill(0);
    },
    state: () => [allowedShare, limit, ...values],
    restore(state) {
      const [share, itsLimit, ...kept] = state;
      if (share !== allowedShare || itsLimit !== limit || kept.length !== values.length) return;
      if (kept.every((value) => value >= 0)) values.set(kept);
    },
  };
}

interface Alternative {
  readonly weight: number;
  /** Logarithm of the likelihood ratio of one bad event, and of one good. */
  readonly gainOfBad: number;
  readonly gainOfGood: number;
  readonly mostGain: number;
}

/** At least 2: with less, the promise would be kept by alarms that mean nothing. */
function evidenceForAlarm(options: ResolvedShareDetectorOptions): number {
  return Math.max(2, WEEK_MS / options.stepMs / options.falseAlarmsAWeek);
}

/** Weights fall as 1/k: high shares gather evidence so fast that a small weight costs them nothing. */
function alternativesOf(
  { allowedShare, noticeShare, leastBadSteps }: ResolvedShareDetectorOptions,
  limit: number,
): readonly Alternative[] {
  const greatest = Math.max(noticeShare, GREATEST_ALTERNATIVE);
  const steps = Math.ceil(
    Math.log(greatest / noticeShare) / Math.log(GREATEST_FACTOR_BETWEEN_ALTERNATIVES),
  );
  const shares = Array.from({ length: steps + 1 }, (_, k) =>
    steps === 0 ? noticeShare : noticeShare * (greatest / noticeShare) ** (k / steps),
  );
  const total = shares.reduce((sum, _, k) => sum + 1 / (k + 1), 0);
  return shares.map((share, k) => {
    const weight = 1 / (k + 1) / total;
    return {
      weight,
      gainOfBad: Math.log(share / allowedShare),
      gainOfGood: Math.log((1 - share) / (1 - allowedShare)),
      mostGain: Math.log(limit / weight) / leastBadSteps,
    };
  });
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
