import { MediaError } from "../errors.ts";
import type { TrafficFigures } from "./traffic-counts.ts";

/** What is reported each second. */
export interface TrafficSecond extends TrafficFigures {
  /** Seconds since the start. */
  readonly second: number;
  readonly inFlight: number;
}

export interface TrafficOptions {
  /** @default "http://127.0.0.1:8080" */
  readonly url?: string;
  /** Arrivals a second, 0.1 to 10,000. @default 25 */
  readonly rate?: number;
  /** @default Infinity */
  readonly durationSeconds?: number;
  /** @default 1 */
  readonly seed?: number;
  /** Arrivals beyond this many unanswered requests are dropped. @default 200 */
  readonly maxInFlight?: number;
  readonly onSecond?: (second: TrafficSecond) => void;
}

const TRAFFIC_DEFAULTS: Required<TrafficOptions> = {
  url: "http://127.0.0.1:8080",
  rate: 25,
  durationSeconds: Number.POSITIVE_INFINITY,
  seed: 1,
  maxInFlight: 200,
  onSecond: () => undefined,
};

/** @throws MediaError `MEDIA_BAD_OPTION` */
export function resolveTrafficOptions(options: TrafficOptions): Required<TrafficOptions> {
  const resolved = { ...TRAFFIC_DEFAULTS, ...options };
  if (!URL.canParse(resolved.url) || new URL(resolved.url).protocol !== "http:") {
    throw badOption("url", resolved.url, "give one like http://127.0.0.1:8080");
  }
  if (!(resolved.rate >= 0.1 && resolved.rate <= 10_000)) {
    throw badOption("rate", resolved.rate, "give a number from 0.1 to 10000");
  }
  if (!(resolved.durationSeconds > 0)) {
    throw badOption("duration", resolved.durationSeconds, "give seconds above 0");
  }
  if (!Number.isInteger(resolved.seed)) throw badOption("seed", resolved.seed, "give an integer");
  if (!Number.isInteger(resolved.maxInFlight) || resolved.maxInFlight < 1) {
    throw badOption("max-in-flight", resolved.maxInFlight, "give an integer above 0");
  }
  return resolved;
}

function badOption(name: string, value: string | number, remedy: string): MediaError {
  return new MediaError("MEDIA_BAD_OPTION", `${name} is ${value}; ${remedy}`);
}
