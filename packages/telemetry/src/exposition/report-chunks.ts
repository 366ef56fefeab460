import type { Registry } from "../metrics/registry.ts";
import { readSeries } from "../metrics/registry.ts";
import type { ProcessReport } from "../report/process-report.ts";
import { ByteWriter } from "./byte-writer.ts";
import { readInSteps } from "./expose-metrics.ts";
import { pacedChunks } from "./paced-chunks.ts";

/**
 * A report with all series of a registry, as JSON in chunks: the same as `serializeReport` of `registry.collect()`, but written in steps
 * that never hold the event loop for more than `turnMs`.
 *
 * @param report all but the metrics
 */
export function reportChunks(
  registry: Registry,
  report: Omit<ProcessReport, "families">,
  turnMs?: number,
): AsyncGenerator<Buffer, void, undefined> {
  const out = new ByteWriter();
  return pacedChunks(steps(registry, report, out), out, turnMs);
}

function* steps(
  registry: Registry,
  report: Omit<ProcessReport, "families">,
  out: ByteWriter,
): Generator<void> {
  out.text(`${JSON.stringify(report).slice(0, -1)},"families":[`);
  for (const [place, { metric, series }] of readInSteps(registry).entries()) {
    const { name, help, unit = "" } = metric.definition;
    const head = JSON.stringify({ name, help, kind: metric.kind, unit }).slice(0, -1);
    out.text(`${place === 0 ? "" : ","}${head},"series":[`);
    let separator = "";
    for (const [, slot] of series) {
      out.text(`${separator}${JSON.stringify(readSeries(metric, slot))}`);
      separator = ",";
      yield;
    }
    out.text("]}");
  }
  out.text("]}");
}
