import { StreamGateError } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import { prometheusRefused, prometheusUnavailable } from "./errors.ts";

/** A series as Prometheus gives it: with `__name__` among the labels, and samples ascending. */
export interface RawSeries {
  readonly labels: Labels;
  readonly samples: readonly { readonly atMs: number; readonly value: number }[];
}

/** What is used of the HTTP API (prometheus.io/docs/prometheus/latest/querying/api). */
export interface PrometheusApi {
  series(
    selector: string,
    fromMs: number,
    toMs: number,
    signal?: AbortSignal,
  ): Promise<readonly Labels[]>;
  /** As the metadata of its targets says; undefined where they say nothing. */
  typeOf(metric: string, signal?: AbortSignal): Promise<string | undefined>;
  /** The values at each step from `fromMs` to `toMs`, both included. */
  range(
    selector: string,
    fromMs: number,
    toMs: number,
    stepMs: number,
    signal?: AbortSignal,
  ): Promise<readonly RawSeries[]>;
}

export interface PrometheusAddress {
  readonly url: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

export function prometheusApi({ url, token, timeoutMs }: PrometheusAddress): PrometheusApi {
  const base = url.replace(/\/+$/, "");

  const ask = async (
    method: "GET" | "POST",
    path: string,
    parameters: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<unknown> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const form = new URLSearchParams(parameters);
    const address = `${base}/api/v1/${path}`;
    try {
      const response = await fetch(method === "GET" ? `${address}?${form.toString()}` : address, {
        method,
        ...(method === "GET" ? {} : { body: form }),
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        redirect: "error",
      });
      return answerOf(base, response.status, await response.json());
    } catch (error) {
      if (error instanceof StreamGateError || signal?.aborted) throw error;
      throw prometheusUnavailable(base, causeOf(error));
    }
  };

  return {
    async series(selector, fromMs, toMs, signal) {
      const stretch = { start: seconds(fromMs), end: seconds(toMs) };
      const data = await ask("POST", "series", { "match[]": selector, ...stretch }, signal);
      return arrayOf(data).map(labelsOf);
    },
    async typeOf(metric, signal) {
      const data = await ask("GET", "metadata", { metric }, signal);
      const type = field(arrayOf(field(data, metric))[0], "type");
      return typeof type === "string" ? type : undefined;
    },
    async range(selector, fromMs, toMs, stepMs, signal) {
      const data = await ask(
        "POST",
        "query_range",
        { query: selector, start: seconds(fromMs), end: seconds(toMs), step: seconds(stepMs) },
        signal,
      );
      return arrayOf(field(data, "result")).map((each) => ({
        labels: labelsOf(field(each, "metric")),
        samples: arrayOf(field(each, "values")).map(sampleOf),
      }));
    },
  };
}

function answerOf(url: string, status: number, body: unknown): unknown {
  if (field(body, "status") === "success") return field(body, "data");
  const reason = field(body, "error");
  const text = typeof reason === "string" ? reason : `it answered ${status}`;
  if (status >= 400 && status < 500 && status !== 401 && status !== 403) {
    throw prometheusRefused(url, text);
  }
  throw prometheusUnavailable(url, new Error(text));
}

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): unknown {
  return error instanceof TypeError && error.cause !== undefined ? error.cause : error;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function labelsOf(value: unknown): Labels {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

function sampleOf(value: unknown): { readonly atMs: number; readonly value: number } {
  const [at, text] = arrayOf(value);
  return { atMs: Math.round(Number(at) * 1000), value: numberOf(String(text)) };
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}
