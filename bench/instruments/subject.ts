/** What each library does in this bench: one histogram of durations with three labels, as every HTTP service has it. */
export interface Subject {
  /** The series of these labels, bound where the library can, as a function that records. */
  bind(labels: SeriesLabels): (value: number) => void;
  record(labels: SeriesLabels, value: number): void;
  /** All series as text for Prometheus; gives its size in bytes. */
  scrape(onText?: (part: string | Uint8Array) => void): Promise<number>;
}

export interface SeriesLabels {
  readonly method: string;
  readonly route: string;
  readonly status: string;
}

export const METRIC_NAME = "http_server_request_duration_seconds";
export const METRIC_HELP = "Time from the first byte of a request to the last of its answer.";

/** The same number of buckets, and the same buckets, for everybody: 2 ms to 16 s. */
export const BOUNDARIES: readonly number[] = Array.from({ length: 14 }, (_, at) => 2 ** (at - 9));

/** More series than any of them has by default. */
export const SERIES_LIMIT = 100_000;
