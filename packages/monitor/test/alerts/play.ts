import {
  type AlertTransition,
  createEvaluator,
  type Evaluator,
  type EvaluatorOptions,
  type GaugePoint,
  parseRules,
  type Rule,
  type SeriesKey,
  type SeriesPoint,
} from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";

export const START_MS = 1_700_000_000_000;

/** An evaluator with its time, a second at a time. */
export interface Play {
  readonly evaluator: Evaluator;
  nowMs: number;
  /** Everything that was told, as `12 firing` with the seconds since the start. */
  readonly told: string[];
  readonly transitions: AlertTransition[];
  /** Lets seconds pass; each of them brings these points. */
  readonly pass: (seconds: number, points?: (atMs: number) => readonly SeriesPoint[]) => void;
}

export function play(rules: readonly unknown[], options: Partial<EvaluatorOptions> = {}): Play {
  const evaluator = createEvaluator({ rules: parseRules(rules), ...options });
  const told: string[] = [];
  const transitions: AlertTransition[] = [];
  const playing: Play = {
    evaluator,
    nowMs: START_MS,
    told,
    transitions,
    pass(seconds, points = () => []) {
      for (let second = 0; second < seconds; second += 1) {
        playing.nowMs += 1000;
        evaluator.feed(points(playing.nowMs));
        for (const transition of evaluator.evaluate(playing.nowMs)) {
          transitions.push(transition);
          told.push(`${(transition.atMs - START_MS) / 1000} ${transition.state}`);
        }
      }
    },
  };
  return playing;
}

export function ruleOf(value: Readonly<Record<string, unknown>>): Rule {
  const [rule] = parseRules([value]);
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

export function gauge(
  name: string,
  value: number,
  atMs: number,
  labels: SeriesKey["labels"] = { service: "api" },
): SeriesPoint {
  const read = { min: value, max: value, sum: value, count: 1, last: value };
  const point: GaugePoint = { kind: "gauge", atMs, spanMs: 1000, ...read };
  return { key: { name, labels }, point };
}

export function counter(
  name: string,
  increase: number,
  atMs: number,
  labels: SeriesKey["labels"] = { service: "api" },
): SeriesPoint {
  return { key: { name, labels }, point: { kind: "counter", atMs, spanMs: 1000, increase } };
}

export function histogram(
  name: string,
  values: readonly number[],
  atMs: number,
  labels: SeriesKey["labels"] = { service: "api" },
): SeriesPoint {
  const data = histogramOf(values);
  return { key: { name, labels }, point: { kind: "histogram", atMs, spanMs: 1000, data } };
}

/** A second of requests, some of which fail. */
export function requests(
  all: number,
  failed: number,
  atMs: number,
  seconds = 0.03,
): readonly SeriesPoint[] {
  const name = "http_server_request_duration_seconds";
  const of = (status: string, count: number): SeriesPoint =>
    histogram(
      name,
      Array.from({ length: count }, () => seconds),
      atMs,
      {
        service: "api",
        http_response_status_code: status,
      },
    );
  return [of("200", all - failed), ...(failed > 0 ? [of("500", failed)] : [])];
}
