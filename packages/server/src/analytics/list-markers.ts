import type { Marker } from "@streamgate/contract";
import type { Change } from "@streamgate/monitor";
import type { Platform } from "../platform/platform.ts";
import { instantOf } from "../ranges/time-range.ts";

const MOST_MARKERS = 200;
const MOST_INCIDENTS = 100;
const KINDS: Readonly<Record<Change["kind"], Marker["kind"]>> = {
  deploy: "deploy",
  "fix-applied": "fix",
  "fix-reverted": "fix",
  configuration: "change",
  scaling: "change",
  other: "change",
};

/** What happened in a stretch of time, to be drawn on charts: changes, and incidents as they began; the latest where there are very many. */
export async function listMarkers(
  { monitor }: Pick<Platform, "monitor">,
  within: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly service?: string | undefined;
  },
): Promise<readonly Marker[]> {
  const { fromMs, toMs, service } = within;
  const { incidents } = monitor();
  const [changes, begun] = await Promise.all([
    incidents.changes(fromMs, toMs),
    incidents.list(MOST_INCIDENTS),
  ]);
  const isWanted = (of: string | undefined): boolean =>
    service === undefined || of === undefined || of === "" || of === service;
  const told = changes.filter(({ labels }) => isWanted(labels.service)).map(markerOfChange);
  const alerts = begun
    .filter(
      ({ startedAtMs, service: of }) =>
        startedAtMs >= fromMs && startedAtMs <= toMs && isWanted(of),
    )
    .map(
      ({ id, title, startedAtMs }): Marker => ({
        at: instantOf(startedAtMs),
        kind: "alert",
        label: title,
        href: `/incidents/${encodeURIComponent(id)}`,
      }),
    );
  return [...told, ...alerts]
    .sort((left, right) => Date.parse(left.at) - Date.parse(right.at))
    .slice(-MOST_MARKERS);
}

/** A change as it is drawn; a fix leads to its proof. */
export function markerOfChange({ kind, atMs, summary, labels }: Change): Marker {
  const finding = labels.finding ?? "";
  return {
    at: instantOf(atMs),
    kind: KINDS[kind],
    label: summary,
    href: finding === "" ? "" : `/recommendations/${encodeURIComponent(finding)}`,
  };
}
