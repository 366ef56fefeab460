import type { RangeQuery } from "@streamgate/contract";
import type { Platform } from "../platform/platform.ts";
import { needsChanges, resolveRange } from "./resolve-range.ts";
import type { TimeRange } from "./time-range.ts";

/** How far back a deploy may lie that is compared with. */
const CHANGES_WITHIN_MS = 90 * 86_400_000;

/** The range that a request asks for, with the changes that it may be about. @throws ApiRefusal 400 */
export async function readRange(
  platform: Pick<Platform, "clock" | "monitor">,
  query: RangeQuery,
): Promise<TimeRange> {
  const nowMs = platform.clock.now().getTime();
  const changes = needsChanges(query)
    ? await platform.monitor().incidents.changes(nowMs - CHANGES_WITHIN_MS, nowMs)
    : [];
  const deploys = changes.filter(({ kind }) => kind === "deploy");
  return resolveRange(query, { nowMs, deploys, changes });
}
