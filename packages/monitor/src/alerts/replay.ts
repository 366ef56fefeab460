import type { SeriesReader } from "../history/history.ts";
import { canonicalKey } from "../series/canonical-key.ts";
import type { SeriesPoint, SeriesSelector } from "../series/point.ts";
import { conditionsOf } from "./conditions/conditions-of.ts";
import { backtestedForecaster } from "./conditions/forecaster.ts";
import { badAlertOption } from "./errors.ts";
import { createEvaluator } from "./evaluator.ts";
import { lookBackMs } from "./look-back.ts";
import { type ReplaySummary, summarise } from "./replay-summary.ts";
import type { Rule } from "./rules/rule.ts";
import type { AlertTransition } from "./transition.ts";

export interface ReplayOptions {
  /** How often the rule is judged, in ms of the past. @default 10_000; 60_000 for burn rates, anomalies and forecasts */
  readonly stepMs?: number;
  /** How much of the past is read at once, in ms. @default an hour */
  readonly stretchMs?: number;
  readonly signal?: AbortSignal;
  /** Called after each stretch, with the share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** What a rule would have said. */
export interface Replay {
  readonly transitions: readonly AlertTransition[];
  readonly summary: ReplaySummary;
}

const STEP_MS = 10_000;
/** What looks at hours and days loses nothing by it. */
const SLOW_STEP_MS = 60_000;
const SLOW_KINDS: ReadonlySet<Rule["kind"]> = new Set(["burn-rate", "anomaly", "forecast"]);
const STRETCH_MS = 3_600_000;
/** A replay has nobody waiting for the next second. */
const ALL_FORECASTS = 1_000_000;

/**
 * Runs a rule over what happened, before it is armed: the same state machine as in life, fed from the history stretch by
 * stretch. The rule's windows are filled from before `fromMs` and nothing is counted until then.
 *
 * @param fromMs, toMs in ms since 1970
 * @returns transitions from `fromMs` to `toMs`, and a summary for a person
 * @throws SG_MONITOR_BAD_ALERT_OPTION; the signal's reason; whatever the reader throws
 * @example
 * ```ts
 * import { parseRules, replay, type SeriesReader } from "@streamgate/monitor";
 * export async function wouldHavePaged(history: SeriesReader, nowMs: number): Promise<string> {
 *   const [rule] = parseRules([
 *     {
 *       name: "errors-many",
 *       kind: "sequential",
 *       of: { name: "http_server_request_duration_seconds" },
 *       bad: { where: [{ label: "http_response_status_code", matches: "5.." }] },
 *       allowedShare: 0.001,
 *     },
 *   ]);
 *   if (rule === undefined) return "no rule";
 *   const { summary } = await replay(rule, history, nowMs - 7 * 86_400_000, nowMs);
 *   return summary.sentence; // would have fired 3 times, 2 h 10 min in all; 3 a week
 * }
 * ```
 */
export async function replay(
  rule: Rule,
  reader: SeriesReader,
  fromMs: number,
  toMs: number,
  options: ReplayOptions = {},
): Promise<Replay> {
  const { stepMs, stretchMs, signal, onProgress } = resolve(rule, fromMs, toMs, options);
  if (rule.kind === "finding")
    return { transitions: [], summary: summarise(rule, [], { fromMs, toMs, firesAtStart: [] }) };
  const selectors = selectorsOf(rule);
  const evaluator = createEvaluator({
    rules: [rule],
    longestStepMs: 2 * stepMs,
    forecastsAnEvaluation: ALL_FORECASTS,
  });
  const transitions: AlertTransition[] = [];
  let firesAtStart: readonly AlertTransition[] = [];
  const beginMs = fromMs - lookBackMs(rule);
  for (let startMs = beginMs; startMs < toMs; startMs += stretchMs) {
    const endMs = Math.min(toMs, startMs + stretchMs);
    const points = await readStretch(reader, selectors, startMs, endMs, stepMs, signal);
    let fed = 0;
    for (let nowMs = startMs + stepMs; nowMs <= endMs; nowMs += stepMs) {
      const upTo = firstAfter(points, nowMs, fed);
      evaluator.feed(points.slice(fed, upTo));
      fed = upTo;
      const found = evaluator.evaluate(nowMs);
      if (nowMs > fromMs) transitions.push(...found);
      else if (nowMs + stepMs > fromMs) firesAtStart = evaluator.active().filter(isFiring);
    }
    evaluator.feed(points.slice(fed));
    onProgress?.((endMs - beginMs) / (toMs - beginMs));
  }
  return { transitions, summary: summarise(rule, transitions, { fromMs, toMs, firesAtStart }) };
}

function isFiring({ state }: AlertTransition): boolean {
  return state === "firing";
}

function resolve(
  { kind }: Rule,
  fromMs: number,
  toMs: number,
  options: ReplayOptions,
): ReplayOptions & { readonly stepMs: number; readonly stretchMs: number } {
  const stepMs = options.stepMs ?? (SLOW_KINDS.has(kind) ? SLOW_STEP_MS : STEP_MS);
  const stretchMs = options.stretchMs ?? STRETCH_MS;
  if (!(toMs > fromMs)) throw badAlertOption("toMs", toMs, `later than fromMs (${fromMs})`);
  for (const [name, value] of Object.entries({ stepMs, stretchMs }))
    if (!(value >= 1000)) throw badAlertOption(name, value, "at least 1000 ms");
  // Stretches of whole steps, so that the steps stay even over their borders.
  return { ...options, stepMs, stretchMs: Math.max(1, Math.floor(stretchMs / stepMs)) * stepMs };
}

function selectorsOf(rule: Exclude<Rule, { kind: "finding" }>): readonly SeriesSelector[] {
  const inputs = conditionsOf(rule, backtestedForecaster).flatMap(({ inputs: each }) => each);
  const byText = new Map(inputs.map(({ selector }) => [JSON.stringify(selector), selector]));
  return [...byText.values()];
}

/** All points of the selectors in a stretch, in the order of time; a series that two selectors find comes once. */
async function readStretch(
  reader: SeriesReader,
  selectors: readonly SeriesSelector[],
  fromMs: number,
  toMs: number,
  stepMs: number,
  signal: AbortSignal | undefined,
): Promise<readonly SeriesPoint[]> {
  const points: SeriesPoint[] = [];
  const seen = new Set<string>();
  for (const selector of selectors) {
    signal?.throwIfAborted();
    for (const { key, points: found } of await reader.read(
      { selector, fromMs, toMs, stepMs },
      signal,
    )) {
      const id = canonicalKey(key);
      if (seen.has(id)) continue;
      seen.add(id);
      for (const point of found) points.push({ key, point });
    }
  }
  return points.sort((left, right) => left.point.atMs - right.point.atMs);
}

function firstAfter(points: readonly SeriesPoint[], atMs: number, from: number): number {
  let at = from;
  while (at < points.length && (points[at]?.point.atMs ?? Infinity) <= atMs) at += 1;
  return at;
}
