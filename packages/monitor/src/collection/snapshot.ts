import type { Labels } from "@streamgate/telemetry";
import type { CumulativeSeries, Reading, Snapshot, SnapshotSeries } from "./reading.ts";

/** Labels that are the monitor's to give; what a target says under these names is kept as `exported_…`. */
const OWN_LABELS = ["service", "instance"] as const;

/**
 * A reading beside the one before it.
 *
 * @param limit series that one target may have; those known before come first
 */
export function takeSnapshot(
  reading: Reading,
  previous: Snapshot | undefined,
  limit: number,
): Snapshot {
  const { service, instance, startedAtMs, takenAtMs } = reading;
  const isSameIdentity = previous?.service === service && previous.instance === instance;
  const known = isSameIdentity ? previous.series : new Map<string, SnapshotSeries>();
  const series = new Map<string, SnapshotSeries>();
  const strangers: (readonly [string, CumulativeSeries])[] = [];
  for (const each of reading.series) {
    const identity = identityOf(each);
    const before = known.get(identity);
    if (before === undefined) strangers.push([identity, each]);
    else series.set(identity, { key: before.key, value: each.value, isPresent: true });
  }
  let refused = 0;
  for (const [identity, each] of strangers) {
    if (series.size >= limit && !series.has(identity)) {
      refused += 1;
      continue;
    }
    const key = { name: each.name, labels: withOwnLabels(each.labels, service, instance) };
    series.set(identity, { key, value: each.value, isPresent: true });
  }
  for (const [identity, absent] of known) {
    if (series.size >= limit) break;
    if (!series.has(identity)) series.set(identity, { ...absent, isPresent: false });
  }
  return { service, instance, startedAtMs, takenAtMs, series, refused };
}

/** Labels come in the same order from the same process. */
function identityOf({ name, labels, value }: CumulativeSeries): string {
  let identity = `${value.kind}\0${name}`;
  for (const [label, text] of Object.entries(labels)) identity += `\0${label}\0${text}`;
  return identity;
}

function withOwnLabels(labels: Labels, service: string, instance: string): Labels {
  const renamed = Object.entries(labels).map(([label, text]) =>
    OWN_LABELS.some((own) => own === label) ? [`exported_${label}`, text] : [label, text],
  );
  return { ...Object.fromEntries(renamed), service, instance };
}
