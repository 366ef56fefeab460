import type { Marker } from "@streamgate/contract";
import { listMarkers } from "../analytics/list-markers.ts";
import type { Platform } from "../platform/platform.ts";
import type { TimeRange } from "./time-range.ts";

/** What happened within a range, for the charts of a service; of all of them where none is named. */
export function readMarkers(
  platform: Pick<Platform, "monitor">,
  { fromMs, toMs }: Pick<TimeRange, "fromMs" | "toMs">,
  service?: string,
): Promise<readonly Marker[]> {
  return listMarkers(platform, { fromMs, toMs, service });
}
