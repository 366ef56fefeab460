import { formatDuration, type Interval } from "@streamgate/core";
import type { WorkloadWindow } from "@streamgate/pg-advisor";

/** A ratio for a person: `41×`, `1.08×`. */
export function formatTimes(ratio: number): string {
  if (!Number.isFinite(ratio)) return "unknown";
  if (ratio >= 100) return `${groupDigits(Math.round(ratio))}×`;
  return `${Number(ratio.toPrecision(3))}×`;
}

/** `41× (38–44)`. */
export function formatSpeedup({ point, low, high }: Interval): string {
  return `${formatTimes(point)} (${bare(low)}–${bare(high)})`;
}

/** How sure an interval is: `95 % interval`. */
export function formatConfidence({ confidence }: Interval): string {
  return `${Number((confidence * 100).toPrecision(3))} % interval`;
}

export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "< 0.1 %";
  return `${Number(percent.toPrecision(percent >= 99.95 ? 4 : percent >= 10 ? 2 : 1 + 1))} %`;
}

/** `12,345` */
export function groupDigits(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** `3 findings`, `1 finding`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${groupDigits(count)} ${count === 1 ? one : many}`;
}

/** Time saved in each hour: more than an hour can be saved where several connections wait. */
export function formatSaving(msPerHour: number): string {
  return `${formatDuration(msPerHour)}/h`;
}

function bare(ratio: number): string {
  return formatTimes(ratio).replace("×", "");
}

/** How long and by what the workload was seen. */
export function describeWindow({ source, durationMs }: WorkloadWindow): string {
  switch (source) {
    case "counters since reset":
      return `counters of the last ${formatDuration(durationMs)}`;
    case "difference of two snapshots":
      return `watched for ${formatDuration(durationMs)}`;
    case "file":
      return "statements from a file";
  }
}
