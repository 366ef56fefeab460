import {
  createRegistry,
  type ProcessReport,
  parseReport,
  reportChunks,
  serializeReport,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";

type Head = Omit<ProcessReport, "families">;

const head: Head = {
  version: 1,
  identity: {
    service: "media",
    instance: "media-1",
    release: "1.2.3",
    pid: 42,
    host: "a",
    startedAtMs: 1_700_000_000_000,
  },
  takenAtMs: 1_700_000_001_000,
  findings: [
    {
      id: "memory/leak:media",
      kind: "memory/leak",
      subject: { database: "", object: "media/media-1" },
      severity: "high",
      summary: "The heap grows by 2 MB a minute.",
      savedMsPerHour: 0,
      statements: [],
      evidence: [
        {
          name: "growth",
          value: 2e6,
          unit: "bytes",
          rung: "measured",
          source: "v8",
          at: "2026-01-01T00:00:00.000Z",
        },
      ],
      remedy: "Look at cache.ts:12.",
    },
  ],
  failures: [
    {
      fingerprint: "abc",
      type: "TypeError",
      message: "no",
      frames: ["f (a.ts:1)"],
      count: 3,
      firstSeenMs: 1,
      lastSeenMs: 2,
      release: "",
    },
  ],
};

function filledRegistry(): ReturnType<typeof createRegistry> {
  const registry = createRegistry();
  const wait = registry.histogram({ name: "wait", help: 'x"\n', labelNames: ["a"] });
  wait.with("empty");
  for (const value of [0, -1, 1e-9, 5, 1e300]) wait.with('full "😀\u2028').record(value);
  registry.gauge({ name: "level", help: "x" }).with().set(Number.NaN);
  registry
    .counter({ name: "jobs", help: "x", labelNames: ["constructor"] })
    .with("b")
    .add(0.5);
  registry.counter({ name: "nothing", help: "x" });
  return registry;
}

async function chunksOf(registry: ReturnType<typeof createRegistry>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of reportChunks(registry, head, 0)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a report comes back as it was, the extremes of an empty histogram included", () => {
  const report: ProcessReport = { ...head, families: filledRegistry().collect() };
  expect(parseReport(serializeReport(report))).toEqual(report);
});

test("a report in chunks says the same as the whole", async () => {
  const registry = filledRegistry();
  const whole = parseReport(serializeReport({ ...head, families: registry.collect() }));
  expect(parseReport(await chunksOf(registry))).toEqual(whole);
});

test("a finding loses its fix, and one of a kind that is not known is left out", () => {
  const [finding] = head.findings;
  const fix = {
    summary: "x",
    steps: [{ kind: "sql", apply: "drop table users" }],
    risk: "low",
  };
  const foreign = {
    ...head,
    families: [],
    findings: [{ ...finding, fix, proof: {} }, { kind: "x/y" }],
  };
  expect(parseReport(JSON.stringify(foreign)).findings).toEqual(head.findings);
});

test("a finding keeps what a statement for a whole loop is written from, but for what is no name of a type", () => {
  const [finding] = head.findings;
  const told = (type: string): string =>
    JSON.stringify({
      ...head,
      families: [],
      findings: [
        {
          ...finding,
          kind: "query/n-plus-one",
          loop: { calls: 20, places: 2, keys: [{ place: 1, type, isList: false }], more: 1 },
          columnsRead: ["id", "name"],
          replacement: { kind: "rewriting", fingerprint: "x", text: "drop table users" },
        },
      ],
    });
  const [read] = parseReport(told("bigint")).findings;
  expect(read?.loop).toEqual({
    calls: 20,
    places: 2,
    keys: [{ place: 1, type: "bigint", isList: false }],
  });
  expect(read?.columnsRead).toEqual(["id", "name"]);
  expect(read?.replacement).toBeUndefined();
  for (const type of ["bigint[]); drop table users; --", "", "BigInt", "a b"])
    expect(() => parseReport(told(type))).toThrow("the name of a type");
});

test("what is no report is refused with the place of its fault", () => {
  const registry = filledRegistry();
  const good = JSON.parse(serializeReport({ ...head, families: registry.collect() })) as Record<
    string,
    unknown
  >;
  const wait = { name: "wait", help: "", kind: "histogram", unit: "" };
  const histogram = { count: 1, sum: 1, min: 1, max: 1, indices: [5], counts: [1] };
  const withHistogram = (change: object): object => ({
    ...good,
    families: [{ ...wait, series: [{ labels: {}, histogram: { ...histogram, ...change } }] }],
  });
  const faults: Record<string, unknown> = {
    "must be an object": [],
    "report.version": { ...good, version: 2 },
    "report.identity.pid": { ...good, identity: { ...head.identity, pid: "42" } },
    "report.families": { ...good, families: {} },
    "report.families[0].name": { ...good, families: [{ ...wait, name: "a b", series: [] }] },
    "report.families[0].kind": { ...good, families: [{ ...wait, kind: "summary", series: [] }] },
    "families[0].series[0].histogram.counts": withHistogram({ counts: [2] }),
    "histogram.counts[0]": withHistogram({ counts: [-1] }),
    "histogram.indices[1]": withHistogram({ indices: [5, 5], counts: [1, 1], count: 2 }),
    "histogram.indices[0]": withHistogram({ indices: [1e9] }),
    "histogram.min": withHistogram({ min: 2 }),
    "report.takenAtMs": { ...good, takenAtMs: null },
    "findings[0].severity": { ...good, findings: [{ ...head.findings[0], severity: "bad" }] },
  };
  for (const [place, fault] of Object.entries(faults))
    expect(() => parseReport(JSON.stringify(fault))).toThrow(place);
  expect(() => parseReport("<html>")).toThrow("must be JSON");
  expect(() => parseReport(`{"__proto__":{"version":1}}`)).toThrow("report.version");
});

test("labels with names of the language's own do not reach its prototypes", () => {
  const labels = '{"__proto__":"x"}';
  const family = `{"name":"a","help":"","kind":"gauge","unit":"","series":[{"labels":${labels},"value":1}]}`;
  const json = serializeReport({ ...head, families: [] }).replace(
    '"families":[]',
    `"families":[${family}]`,
  );
  expect(() => parseReport(json)).toThrow("a label name");
});

test("whatever JSON says, the answer is a report or an error with a code", () => {
  const report = { ...head, families: filledRegistry().collect() };
  const paths = pathsOf(report);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
      const changed = JSON.parse(serializeReport(report)) as Record<string, unknown>;
      replaceAt(changed, path, value);
      try {
        expect(parseReport(JSON.stringify(changed)).version).toBe(1);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: "SG_TELEMETRY_BAD_REPORT" });
      }
    }),
    { numRuns: 500 },
  );
});

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key])),
  ].filter(({ length }) => length > 0);
}

function replaceAt(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) target[first] = value;
  else replaceAt(target[first] as Record<string, unknown>, rest, value);
}
