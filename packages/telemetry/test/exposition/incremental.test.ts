import {
  createRegistry,
  exposeMetrics,
  type Histogram,
  type Registry,
} from "@streamgate/telemetry";
import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";
import { readAll } from "./read-all.ts";

const SERIES = 3_000;

function filled(): { registry: Registry; sizes: Histogram<readonly ["name"]> } {
  const registry = createRegistry({ maxSeriesPerMetric: 2 * SERIES });
  const sizes = registry.histogram({ name: "size", help: "x", labelNames: ["name"] });
  for (let at = 0; at < SERIES; at += 1) sizes.with(`s${at}`).record(at);
  return { registry, sizes };
}

function namesIn(text: string): string[] {
  return parseText(text).samples.flatMap(({ name, labels }) =>
    name === "size_count" ? (labels.name ?? []) : [],
  );
}

test("others get a turn while a scrape goes on", async () => {
  const { registry } = filled();
  let turns = 0;
  const count = (): void => {
    turns += 1;
    handle = setImmediate(count);
  };
  let handle = setImmediate(count);
  await readAll(registry, { turnMs: 0 });
  clearImmediate(handle);
  expect(turns).toBeGreaterThan(SERIES / 2);
});

test("series that come and go meanwhile disturb no scrape", async () => {
  const { registry, sizes } = filled();
  const chunks: Buffer[] = [];
  let at = 0;
  for await (const chunk of exposeMetrics(registry)) {
    chunks.push(chunk);
    for (let each = 0; each < 50; each += 1, at += 1) {
      sizes.with(`new${at}`).record(1);
      sizes.remove(`s${SERIES - 1 - at}`);
    }
    // One that was written comes back elsewhere, and must not be written twice.
    sizes.remove("s0");
    sizes.with("s0").record(1);
    sizes.remove("s1");
    sizes.with("s1").record(1);
  }
  const names = namesIn(Buffer.concat(chunks).toString());
  expect(chunks.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.startsWith("new"))).toEqual([]);
  expect(names.length).toBeLessThan(SERIES);
  expect(names).toContain(`s${SERIES / 3}`);
});

test("every series is of one instant, while others record", async () => {
  const registry = createRegistry();
  const sizes = registry.histogram({ name: "size", help: "x", labelNames: ["name"] });
  const series = Array.from({ length: 500 }, (_, at) => sizes.with(`s${at}`));
  let isOver = false;
  const recording = (async () => {
    for (let value = 1; !isOver; value += 1) {
      for (const each of series) each.record(value % 4096);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const { samples } = parseText(await readAll(registry, { turnMs: 0 }));
  isOver = true;
  await recording;
  const counts = new Map<string, number>();
  for (const { name, labels, value } of samples) {
    const series = labels.name ?? "";
    if (name === "size_bucket") {
      expect(value).toBeGreaterThanOrEqual(counts.get(series) ?? 0);
      counts.set(series, value);
    } else if (name === "size_count") expect(value).toBe(counts.get(series));
  }
});

test("two scrapes at once say the same as one after the other", async () => {
  const { registry } = filled();
  const [first, second, openmetrics] = await Promise.all([
    readAll(registry, { turnMs: 0 }),
    readAll(registry, { turnMs: 0 }),
    readAll(registry, { turnMs: 0, format: "openmetrics" }),
  ]);
  const alone = await readAll(registry);
  expect(first).toBe(alone);
  expect(second).toBe(alone);
  expect(namesIn(openmetrics)).toEqual(namesIn(alone));
});

test("nothing is written ahead of a reader that is slow, and one that leaves leaves nothing behind", async () => {
  const { registry, sizes } = filled();
  const scrape = exposeMetrics(registry);
  const { value: first } = await scrape.next();
  expect(first?.length).toBeLessThan(128 * 1024);
  // Had more been written ahead, the removed series would be in it.
  for (let at = 1000; at < SERIES; at += 1) sizes.remove(`s${at}`);
  const { value: second } = await scrape.next();
  expect(second).toBeDefined();
  await scrape.return();
  expect(await scrape.next()).toEqual({ done: true, value: undefined });
  expect(namesIn(await readAll(registry))).toHaveLength(1000);
});
