import type { Instant } from "@streamgate/contract";
import type { JSX } from "preact";
import { useShell } from "../app/shell-context.tsx";
import { formatAgo, formatFullInstant, formatInstant } from "../format/instant.ts";

/** An instant as a person reads it: how long ago, or at what time; all of it as a title. */
export function TimeText({
  at,
  form = "ago",
}: {
  at: Instant | number;
  form?: "ago" | "clock";
}): JSX.Element {
  const { nowMs, zone } = useShell();
  const ms = typeof at === "number" ? at : Date.parse(at);
  if (!Number.isFinite(ms)) return <span class="muted">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatFullInstant(ms, zone)}>
      {form === "ago" ? formatAgo(ms, nowMs) : formatInstant(ms, nowMs, zone)}
    </time>
  );
}
