import type { KeptSpan, KeptTrace } from "@streamgate/telemetry/tracing";
import { askAgent } from "../agents/agent-calls.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { type KeptAnswers, keepAnswers } from "../queries/kept-answers.ts";

const TIMEOUT_MS = 2_000;
const MOST_BYTES = 8_000_000;
const GOOD_MS = 5_000;
/** Of so many processes of a service the traces are asked for. */
const MOST_PROCESSES = 4;
const MOST_TRACES = 500;
const MOST_SPANS = 1_000;

/** The traces that watched processes have kept. A process that does not answer has none to show: the route's figures do not need them. */
export class KeptTraces {
  readonly #platform: Pick<Platform, "clock" | "processes" | "signal">;
  readonly #answers: KeptAnswers<readonly KeptTrace[]>;

  constructor(platform: Pick<Platform, "clock" | "processes" | "signal">) {
    this.#platform = platform;
    this.#answers = keepAnswers(platform.clock, 100);
  }

  async ofService(service: string): Promise<readonly KeptTrace[]> {
    const processes = this.#platform
      .processes()
      .filter((process) => process.service === service)
      .slice(0, MOST_PROCESSES);
    const kept = await Promise.all(
      processes.map((process) =>
        this.#answers
          .of(`${process.instance} ${process.target.url}`, GOOD_MS, () => this.#ask(process))
          .catch(() => []),
      ),
    );
    return kept.flat();
  }

  async #ask(process: WatchedProcess): Promise<readonly KeptTrace[]> {
    const answer = await askAgent(process, {
      method: "GET",
      path: "/streamgate/traces",
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
      signal: this.#platform.signal,
    });
    return parseTraces(answer);
  }
}

/** Those traces of an agent's answer that are traces. */
export function parseTraces(answer: unknown): readonly KeptTrace[] {
  const { traces } = (answer ?? {}) as { readonly traces?: unknown };
  return Array.isArray(traces) ? traces.slice(0, MOST_TRACES).filter(isTrace) : [];
}

function isTrace(value: unknown): value is KeptTrace {
  const { traceId, keptBecause, spans } = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof traceId === "string" &&
    typeof keptBecause === "string" &&
    Array.isArray(spans) &&
    spans.length > 0 &&
    spans.length <= MOST_SPANS &&
    spans.every(isSpan)
  );
}

function isSpan(value: unknown): value is KeptSpan {
  const span = (value ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof span.spanId === "string" &&
    typeof span.parentSpanId === "string" &&
    typeof span.name === "string" &&
    typeof span.startMs === "number" &&
    Math.abs(span.startMs) < 1e14 &&
    typeof span.durationMs === "number" &&
    span.durationMs >= 0 &&
    span.durationMs < 1e9 &&
    typeof span.attributes === "object" &&
    span.attributes !== null
  );
}
