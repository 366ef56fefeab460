import type { Random } from "@streamgate/core";
import { createDeployPlan, type Instance } from "./deploy-plan.ts";
import { createDraws, type Draws, latencyDraw } from "./draws.ts";
import { type Moment, tellCounter, tellGauge, tellHistogram } from "./service-series.ts";

/** What a healthy service is like. */
export interface ServiceProfile {
  readonly name: string;
  /** Requests a second over the day, at its mean. */
  readonly requestsPerSecond: number;
  /** By how much the night is quieter than the day: 0 not at all, 1 wholly. */
  readonly dailySwing: number;
  readonly weekendFactor: number;
  /** Share of requests that fail although all is well. */
  readonly errorShare: number;
  readonly medianSeconds: number;
  readonly instances: number;
  readonly deploysAWeekday: number;
  /** What the nightly work adds to CPU, and by how much it slows the database. */
  readonly nightlyCpu: number;
  readonly nightlySlowdown: number;
}

/** One second of a service. */
export interface HealthyService {
  step(atMs: number): void;
}

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/**
 * A service on which nothing is wrong, and on which everything happens that does happen: daily and weekly rhythm,
 * bursts of clients, single errors and small bunches of them, garbage collections short and long, deploys with
 * restarts, cold caches and slow first minutes, vacuuming, nightly work, sawteeth of memory.
 */
export function createHealthyService(
  profile: ServiceProfile,
  random: Random,
  into: Moment,
  tellDeploy: (atMs: number) => void,
): HealthyService {
  const draws = createDraws(random);
  const responses = latencyDraw(
    { medianSeconds: profile.medianSeconds, sigma: 0.6, slowShare: 0.01, slowFactor: 8 },
    draws,
  );
  const statements = latencyDraw(
    { medianSeconds: 0.004, sigma: 0.8, slowShare: 0.01, slowFactor: 15 },
    draws,
  );
  const commands = latencyDraw(
    { medianSeconds: 0.0005, sigma: 0.4, slowShare: 0.005, slowFactor: 10 },
    draws,
  );
  const delays = latencyDraw(
    { medianSeconds: 0.0015, sigma: 0.3, slowShare: 0.01, slowFactor: 6 },
    draws,
  );
  const drift = createDrift(draws, 0.1, 1800);
  const burst = createEpisodes(draws, { aDay: 6, leastSeconds: 20, mostSeconds: 90 });
  const vacuum = createEpisodes(draws, { aDay: 8, leastSeconds: 60, mostSeconds: 300 });
  const deploys = createDeployPlan(profile, draws, tellDeploy);

  return {
    step(atMs) {
      const second = Math.floor(atMs / 1000);
      const instances = deploys.step(atMs);
      const up = instances.filter(({ isUp }) => isUp);
      const load = loadAt(profile, second) * drift() * (burst() ? 1.7 : 1);
      const isVacuum = vacuum();
      const isNight = isNightlyWork(second);
      const night = isNight ? profile.nightlySlowdown : 1;
      const slowStatements = night * (isVacuum ? 1.8 : 1);
      for (const instance of instances) {
        tellGauge(into, instance.series.up, instance.isUp ? 1 : 0);
        if (!instance.isUp) continue;
        const requests = draws.poisson((profile.requestsPerSecond * load) / up.length);
        tellInstance(instance, requests, slowStatements, load, isNight);
      }
    },
  };

  function tellInstance(
    instance: Instance,
    requests: number,
    slowStatements: number,
    load: number,
    isNight: boolean,
  ): void {
    const { series, ageSeconds } = instance;
    const pause = pauseSeconds(draws);
    const coldness = Math.exp(-ageSeconds / 40);
    const slow = (1 + 2.5 * coldness) * (0.8 + 0.2 * load) * (0.7 + 0.3 * slowStatements);
    const failed = failures(requests, ageSeconds);
    const waited = pause > 0.05 ? Math.min(requests, Math.ceil(requests * pause)) : 0;
    tellHistogram(into, series.succeeded, responses(requests - failed - waited, slow, 0));
    tellHistogram(into, series.succeeded, responses(waited, slow, pause / 2));
    tellHistogram(into, series.failed, responses(failed, slow, 0));
    tellDependencies(instance, requests, slowStatements, coldness);
    tellProcess(instance, load, coldness, pause, isNight);
  }

  /** Failures come alone, and now and then a few of one cause in one instant, above all when a process has just begun. */
  function failures(requests: number, ageSeconds: number): number {
    const alone = draws.binomial(requests, profile.errorShare);
    const isBunch = draws.uniform() < 2 / DAY_S;
    const isClumsyStart = ageSeconds === 0 && draws.uniform() < 0.3;
    const bunch = isBunch || isClumsyStart ? 1 + Math.floor(draws.uniform() * 4) : 0;
    return Math.min(requests, alone + bunch);
  }

  function tellDependencies(
    { series, ageSeconds }: Instance,
    requests: number,
    slowStatements: number,
    coldness: number,
  ): void {
    const hitShare = 0.92 - 0.6 * Math.exp(-ageSeconds / 240);
    const hits = draws.binomial(requests * 2, hitShare);
    const misses = requests * 2 - hits;
    tellCounter(into, series.hits, hits);
    tellCounter(into, series.misses, misses);
    const slow = slowStatements * (1 + coldness);
    tellHistogram(into, series.statements, statements(misses + Math.ceil(requests / 4), slow, 0));
    tellHistogram(into, series.commands, commands(requests, 1, 0));
    if (draws.uniform() < 1 / DAY_S)
      tellHistogram(into, series.failedCommands, commands(1, 1, 0.01));
    const pending = draws.uniform() < 0.002 ? 1 + Math.floor(draws.uniform() * 4) : 0;
    tellGauge(into, series.pending, pending);
  }

  function tellProcess(
    instance: Instance,
    load: number,
    coldness: number,
    pause: number,
    isNight: boolean,
  ): void {
    const { series, ageSeconds } = instance;
    const usual = 0.12 + 0.22 * load + 0.03 * draws.normal() + (isNight ? profile.nightlyCpu : 0);
    const cpu = Math.min(1, Math.max(0.01, usual + 0.5 * coldness));
    tellGauge(into, series.cpu, cpu);
    const filled = 0.22 * (1 - Math.exp(-ageSeconds / (2 * HOUR_S)));
    const sawtooth =
      0.12 * ((ageSeconds % instance.collectionSeconds) / instance.collectionSeconds);
    const memory = 0.3 + filled + sawtooth + 0.004 * draws.normal();
    tellGauge(into, series.memory, memory);
    tellGauge(into, series.memoryBytes, memory * 2 ** 31);
    tellHistogram(into, series.loopDelay, delays(20, 1 + load, 0));
    if (pause > 0.05) tellHistogram(into, series.loopDelay, delays(1, 1, pause));
  }
}

/** The mean of a day is 1; the top is in the afternoon. */
function loadAt({ dailySwing, weekendFactor }: ServiceProfile, second: number): number {
  const hour = (second % DAY_S) / HOUR_S;
  const day = Math.floor(second / DAY_S) % 7;
  const daily = 1 + dailySwing * Math.cos(((hour - 15) / 24) * 2 * Math.PI);
  return daily * (day >= 5 ? weekendFactor : 1);
}

function isNightlyWork(second: number): boolean {
  const hour = (second % DAY_S) / HOUR_S;
  return hour >= 2 && hour < 2.7;
}

/** Every two or three minutes a short one, a few times a day a long one. */
function pauseSeconds(draws: Draws): number {
  const lot = draws.uniform();
  if (lot < 4 / DAY_S) return 0.3 + 0.4 * draws.uniform();
  return lot < 1 / 150 ? 0.03 + 0.08 * draws.uniform() : 0;
}

/** A factor about 1 that wanders slowly. */
function createDrift(draws: Draws, deviation: number, memorySeconds: number): () => number {
  const keep = Math.exp(-1 / memorySeconds);
  const fresh = deviation * Math.sqrt(1 - keep * keep);
  let state = 0;
  return () => {
    state = keep * state + fresh * draws.normal();
    return Math.exp(state);
  };
}

function createEpisodes(
  draws: Draws,
  { aDay, leastSeconds, mostSeconds }: { aDay: number; leastSeconds: number; mostSeconds: number },
): () => boolean {
  let left = 0;
  return () => {
    left -= 1;
    if (left < 0 && draws.uniform() < aDay / DAY_S)
      left = leastSeconds + draws.uniform() * (mostSeconds - leastSeconds);
    return left > 0;
  };
}
