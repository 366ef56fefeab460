import type { TraceSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { ScrollBox } from "../../components/scroll-box.tsx";
import { formatQuantity } from "../../format/quantity.ts";
import { repeatedSteps } from "./repeated-spans.ts";
import { partClass } from "./time-bar.tsx";
import { MOST_ROWS, type WaterfallRow, waterfallRows } from "./waterfall.ts";

/** One request with all its steps, as a waterfall: what waited for what. */
export function TraceView({ trace }: { trace: TraceSummary }): JSX.Element {
  const rows = waterfallRows(trace);
  const left = trace.spans.length - rows.length;
  return (
    <section class="trace" aria-label={`steps of the request ${trace.traceId}`}>
      <p>
        Request <code>{trace.traceId}</code> took <FigureText figure={trace.duration} />
        {trace.isError ? <strong class="trace-error"> and failed</strong> : null}.
      </p>
      {repeatedSteps(trace).map(({ part, detail, times, totalMs }) => (
        <p key={`${part} ${detail}`} class="notice is-warning">
          The same {part === "http" ? "call" : `${part} step`} ran <strong>{times} times</strong> (
          {formatQuantity(totalMs, "ms")} together); asking once for all would do:{" "}
          <code>{detail}</code>
        </p>
      ))}
      <ScrollBox label="steps, by time">
        <table class="table waterfall">
          <caption class="sr">Steps of the request, in the order in which they began</caption>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Part</th>
              <th scope="col" class="number">
                Took
              </th>
              <th scope="col" class="waterfall-time">
                When
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Step key={row.span.id} row={row} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {left > 0 ? (
        <p class="muted">
          The first {MOST_ROWS} steps; {left} more are not shown.
        </p>
      ) : null}
    </section>
  );
}

function Step({ row: { span, depth, left, width } }: { row: WaterfallRow }): JSX.Element {
  const text = span.detail === "" ? span.name : `${span.name} · ${span.detail}`;
  return (
    <tr>
      <td class="waterfall-step" title={text}>
        <span aria-hidden="true">{"\u2003".repeat(Math.min(depth, 6))}</span>
        {span.name}
        {span.detail === "" ? null : <code class="muted"> {span.detail}</code>}
      </td>
      <td>
        <span class={`part-sign ${partClass(span.part)}`} aria-hidden="true" />
        <span class="waterfall-part"> {span.part}</span>
      </td>
      <td class="number">{formatQuantity(span.durationMs, "ms")}</td>
      <td class="waterfall-time">
        <svg aria-hidden="true">
          <rect class="share-track" y="45%" width="100%" height="10%" />
          <rect
            class={partClass(span.part)}
            x={`${(left * 100).toFixed(2)}%`}
            width={`${Math.max(0.4, width * 100).toFixed(2)}%`}
            height="100%"
          />
        </svg>
        <span class="sr">from {formatQuantity(span.startMs, "ms")}</span>
      </td>
    </tr>
  );
}
