import type { ResourcesView } from "@streamgate/contract";

interface ShownFigure {
  readonly id: string;
  readonly title: string;
}

/** What tells processes apart at a glance, under names that fit above a column. */
const SHORT: readonly ShownFigure[] = [
  { id: "cpu-share", title: "CPU" },
  { id: "loop-delay-p99", title: "Event loop p99" },
  { id: "heap-used", title: "Heap" },
  { id: "heap-floor", title: "Heap held" },
  { id: "gc-share", title: "In GC" },
  { id: "resident", title: "Memory" },
];

/** The figures that stand in the table of processes; all of them stand on the page of one. */
export function shownFigures(instances: ResourcesView["instances"]): readonly ShownFigure[] {
  const known = new Map(
    instances.flatMap(({ figures }) => figures.map(({ id, title }) => [id, title] as const)),
  );
  const short = SHORT.filter(({ id }) => known.has(id));
  if (short.length > 0) return short;
  return [...known]
    .slice(0, SHORT.length)
    .map(([id, title]) => ({ id, title: capitalised(title) }));
}

/** With a capital, as every heading has. */
export function capitalised(title: string): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}
