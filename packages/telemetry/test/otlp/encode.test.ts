import {
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type ResourceMetrics,
} from "@opentelemetry/sdk-metrics";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import {
  histogramOf,
  type MetricFamily,
  type ProcessIdentity,
  toExponentialHistogram,
} from "@streamgate/telemetry";
import { encodeMetrics, encodeTraces } from "@streamgate/telemetry/otlp";
import type { KeptTrace } from "@streamgate/telemetry/tracing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtobufWriter } from "../../src/otlp/protobuf-writer.ts";
import { decode, METRICS_REQUEST, type Schema, TRACE_REQUEST } from "./decode.ts";

const IDENTITY: ProcessIdentity = {
  service: "shop",
  instance: "shop-1",
  release: "2.4.1",
  pid: 4711,
  host: "web-1",
  startedAtMs: 1_767_225_600_000,
};
const RESOURCE = resourceFromAttributes({
  "service.name": "shop",
  "service.instance.id": "shop-1",
  "service.version": "2.4.1",
  "process.pid": 4711,
  "host.name": "web-1",
  "telemetry.sdk.language": "nodejs",
  "telemetry.sdk.name": "streamgate",
});
const SCOPE = { name: "@streamgate/telemetry" };
const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
/** The kinds of the API begin at 0, those of OTLP at 1. */
const KIND = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;

test("traces say the same as OpenTelemetry's own serializer does", () => {
  const trace: KeptTrace = {
    traceId: TRACE_ID,
    flags: 3,
    state: "congo=t61rcWkgMzE",
    keptBecause: "failed",
    droppedSpans: 7,
    spans: [
      {
        spanId: "00f067aa0ba902b7",
        parentSpanId: "53995c3f42cd8ad8",
        name: "GET /users/:id — größer",
        kind: "server",
        startMs: 1_767_225_600_000.25,
        durationMs: 12.5,
        hasFailed: true,
        attributes: {
          "http.response.status_code": 500,
          "url.path": "/users/1",
          isRetried: false,
          isLast: true,
          ratio: 0.25,
          offset: -3,
          far: -9_007_199_254_740_991,
          empty: "",
        },
      },
      {
        spanId: "b7ad6b7169203331",
        parentSpanId: "00f067aa0ba902b7",
        name: "SELECT",
        kind: "client",
        startMs: 1_767_225_600_001,
        durationMs: 0,
        hasFailed: false,
        attributes: {},
      },
    ],
  };
  const theirs = ProtobufTraceSerializer.serializeRequest(trace.spans.map(readable));
  expect(decode(encodeTraces([trace], IDENTITY), TRACE_REQUEST)).toEqual(
    decode(Buffer.from(theirs ?? []), TRACE_REQUEST),
  );

  function readable(span: KeptTrace["spans"][number], position: number): ReadableSpan {
    const isRoot = position === 0;
    const context = {
      traceId: TRACE_ID,
      traceFlags: trace.flags,
      traceState: { serialize: () => trace.state },
    };
    return {
      name: span.name,
      kind: KIND[span.kind],
      spanContext: () => ({ ...context, spanId: span.spanId }),
      parentSpanContext: { ...context, spanId: span.parentSpanId, isRemote: isRoot },
      startTime: hrTime(span.startMs),
      endTime: hrTime(span.startMs + span.durationMs),
      status: { code: span.hasFailed ? 2 : 0 },
      attributes: isRoot
        ? {
            ...span.attributes,
            "streamgate.kept_because": "failed",
            "streamgate.dropped_spans": 7,
          }
        : span.attributes,
      links: [],
      events: [],
      duration: [0, 0],
      ended: true,
      resource: RESOURCE,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    } as unknown as ReadableSpan;
  }
});

test.each(["cumulative", "delta"] as const)(
  "%s metrics say the same as OpenTelemetry's own serializer does",
  (temporality) => {
    const histogram = histogramOf([0, 0.001, 0.002, 0.0021, 3, 250]);
    const window = { temporality, fromMs: 1_767_225_600_000, toMs: 1_767_225_660_000 };
    const ours = encodeMetrics(
      [
        family("http_server_request_duration_seconds", "histogram", "seconds", [
          { labels: { http_route: "/a", http_response_status_code: "200" }, histogram },
        ]),
        family("streamgate_cache_requests", "counter", "", [
          { labels: { namespace: "user", outcome: "hit" }, value: 12 },
        ]),
        family("v8js_memory_heap_used_bytes", "gauge", "bytes", [{ labels: {}, value: 0 }]),
        family("empty", "gauge", "", []),
      ],
      IDENTITY,
      window,
    );
    const times = { startTime: hrTime(window.fromMs), endTime: hrTime(window.toMs) };
    const aggregationTemporality =
      temporality === "delta" ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
    const theirHistogram = toExponentialHistogram(histogram);
    const theirs = ProtobufMetricsSerializer.serializeRequest({
      resource: RESOURCE,
      scopeMetrics: [
        {
          scope: SCOPE,
          metrics: [
            {
              descriptor: descriptor("http.server.request.duration", InstrumentType.HISTOGRAM, "s"),
              aggregationTemporality,
              dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
              dataPoints: [
                {
                  ...times,
                  attributes: { "http.route": "/a", "http.response.status_code": 200 },
                  value: {
                    ...theirHistogram,
                    hasMinMax: true,
                    positive: {
                      offset: theirHistogram.offset,
                      bucketCounts: [...theirHistogram.counts],
                    },
                    negative: { offset: 0, bucketCounts: [] },
                  },
                },
              ],
            },
            {
              descriptor: descriptor("streamgate_cache_requests", InstrumentType.COUNTER, ""),
              aggregationTemporality,
              dataPointType: DataPointType.SUM,
              isMonotonic: true,
              dataPoints: [
                { ...times, attributes: { namespace: "user", outcome: "hit" }, value: 12 },
              ],
            },
            {
              descriptor: descriptor("v8js.memory.heap.used", InstrumentType.GAUGE, "By"),
              aggregationTemporality,
              dataPointType: DataPointType.GAUGE,
              dataPoints: [{ ...times, attributes: {}, value: 0 }],
            },
          ],
        },
      ],
    } as unknown as ResourceMetrics);
    expect(plain(decode(ours, METRICS_REQUEST))).toEqual(
      plain(decode(Buffer.from(theirs ?? []), METRICS_REQUEST)),
    );
  },
);

/** Lone surrogates and control characters too. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

test("every number and text that is written is read back", () => {
  const schema: Schema = {
    1: ["uint", "uint"],
    2: ["int", "int"],
    3: ["sint", "sint"],
    4: ["fixed64", "fixed64"],
    5: ["text", "text"],
    6: ["packed", "packed"],
    7: ["double", "double"],
  };
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.maxSafeInteger(),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      anyText,
      fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 50 }),
      fc.double(),
      (uint, int, sint, text, packed, double) => {
        const out = new ProtobufWriter();
        out.presentUint(1, uint);
        out.presentInt(2, int);
        out.sint(3, sint);
        out.fixed64(4, uint);
        out.presentText(5, text);
        out.packedUints(6, packed);
        out.presentDouble(7, double);
        const wellFormed = Buffer.from(text).toString();
        expect(decode(out.finish(), schema)).toEqual({
          ...(uint === 0 ? {} : { uint: [uint], fixed64: [BigInt(uint)] }),
          ...(int === 0 ? {} : { int: [int] }),
          ...(sint === 0 ? {} : { sint: [sint] }),
          text: [wellFormed],
          packed: [packed],
          double: [String(double)],
        });
      },
    ),
  );
});

function family(
  name: string,
  kind: MetricFamily["kind"],
  unit: string,
  series: MetricFamily["series"],
): MetricFamily {
  return { name, help: "What it says.", kind, unit, series };
}

function descriptor(name: string, type: InstrumentType, unit: string): object {
  return { name, type, unit, description: "What it says.", valueType: 1 };
}

/** Differences that mean nothing: they send empty negative buckets and a start for gauges. */
function plain(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (key, value: unknown) => {
      if (key === "negative" || key === "flags") return undefined;
      if (key === "gauge") return withoutStart(value);
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  );
}

function withoutStart(gauges: unknown): unknown {
  return JSON.parse(
    JSON.stringify(gauges, (key, value: unknown) => {
      if (key === "start") return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  );
}

function hrTime(ms: number): [number, number] {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000) * 1_000];
}
