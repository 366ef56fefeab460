import type { IndexUsage } from "@streamgate/contract";
import type { JSX } from "preact";
import { Sparkline } from "../../components/sparkline.tsx";
import { formatCount } from "../../format/quantity.ts";

const HOUR_MS = 3_600_000;

/** How an index was used of late, small, with its words for whoever points at it or cannot see it. */
export function UsageLine({ usage: { scans, stepMs } }: { usage: IndexUsage }): JSX.Element {
  if (scans.length === 0) return <>–</>;
  const isHourly = stepMs === HOUR_MS;
  const total = scans.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const steps = `${scans.length} ${isHourly ? "hours" : "days"}`;
  const words = `${formatCount(total)} scans in ${steps}, ${isHourly ? "hour by hour" : "day by day"}`;
  return (
    <span title={words}>
      <Sparkline values={scans} label={words} />
    </span>
  );
}
