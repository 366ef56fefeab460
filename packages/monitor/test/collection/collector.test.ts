import { type CollectorOptions, createCollector, type SeriesPoint } from "@streamgate/monitor";
import type { ProcessReport } from "@streamgate/telemetry";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { startWatchedProcess, TOKEN, type WatchedProcess } from "./watched-process.ts";

/** All that a collector told, by target. */
interface Told {
  readonly points: SeriesPoint[];
  readonly reports: ProcessReport[];
  readonly problems: string[];
}

const INTERVAL_MS = 40;
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function watch(): Promise<WatchedProcess> {
  const watched = await startWatchedProcess();
  cleanUps.push(() => watched.stop());
  return watched;
}

function collect(
  targets: CollectorOptions["targets"],
  options: Partial<CollectorOptions> = {},
): {
  readonly told: (url: string) => Told;
  readonly collector: ReturnType<typeof createCollector>;
} {
  const byUrl = new Map<string, Told>();
  const told = (url: string): Told => {
    const known = byUrl.get(url) ?? { points: [], reports: [], problems: [] };
    byUrl.set(url, known);
    return known;
  };
  const collector = createCollector({
    targets,
    intervalMs: INTERVAL_MS,
    timeoutMs: 500,
    longestPauseMs: 200,
    onPoints: (points, report, { target, problem }) => {
      const all = told(target.url);
      all.points.push(...points);
      if (report !== undefined) all.reports.push(report);
      if (problem !== undefined) all.problems.push(problem);
    },
    ...options,
  });
  cleanUps.push(() => collector.close());
  return { told, collector };
}

function valuesOf(told: Told, name: string): readonly number[] {
  return told.points.flatMap(({ key, point }) => {
    if (key.name !== name) return [];
    if (point.kind === "counter") return [point.increase];
    return point.kind === "gauge" ? [point.last] : [point.data.count];
  });
}

describe("a collector", () => {
  test("turns what a process says at each tick into what happened in between", async () => {
    const watched = await watch();
    const { told } = collect([{ url: watched.url, token: TOKEN }]);
    const all = told(watched.url);
    await until(() => valuesOf(all, "answers").length >= 10);
    expect(new Set(valuesOf(all, "answers"))).toEqual(new Set([1]));
    expect(new Set(valuesOf(all, "up"))).toEqual(new Set([1]));
    expect(
      valuesOf(all, "streamgate_collection_duration_seconds").every((value) => value > 0),
    ).toBe(true);
    const answers = all.points.filter(({ key }) => key.name === "answers");
    expect(new Set(answers.map(({ key }) => JSON.stringify(key.labels)))).toEqual(
      new Set(['{"service":"media","instance":"one"}']),
    );
    expect(answers.every(({ point }) => point.atMs % INTERVAL_MS === 0)).toBe(true);
    expect(new Set(answers.map(({ point }) => point.atMs)).size).toBe(answers.length);
    expect(all.reports[0]?.identity.release).toBe("1.0.0");
    expect(watched.connections()).toBe(1);
  });

  test("a target that is slow, and one that never answers, delay no other", async () => {
    const [good, slow, silent] = [await watch(), await watch(), await watch()];
    slow.answer((_request, response) => {
      setTimeout(() => response.end("{}"), 300);
    });
    silent.answer(() => undefined);
    const targets = [good, slow, silent].map(({ url }) => ({ url, token: TOKEN }));
    const { told } = collect(targets);
    await until(() => told(silent.url).problems.length > 0);
    // Half a second has passed: at least half of the ticks of the good one must have been on time.
    expect(valuesOf(told(good.url), "answers").length).toBeGreaterThan(500 / INTERVAL_MS / 2);
    expect(told(silent.url).problems[0]).toContain("did not answer within 500 ms");
  });

  test("tells of a target that is down at each tick, asks it less often, and goes on when it is back", async () => {
    const watched = await watch();
    const { told, collector } = collect([{ url: watched.url, token: TOKEN, name: "media" }]);
    const all = told(watched.url);
    await until(() => valuesOf(all, "answers").length >= 3);
    watched.answer((request) => request.socket.destroy());
    const before = watched.requests();
    await until(() => valuesOf(all, "up").filter((up) => up === 0).length >= 20);
    const downs = valuesOf(all, "up").filter((up) => up === 0).length;
    expect(watched.requests() - before).toBeLessThan(downs / 1.5);
    expect(collector.status()[0]).toMatchObject({ isUp: false, service: "media" });
    watched.answerWell();
    const answered = valuesOf(all, "answers").length;
    await until(() => valuesOf(all, "answers").length > answered + 2);
    expect(collector.status()[0]).toMatchObject({ isUp: true });
    expect(valuesOf(all, "up").at(-1)).toBe(1);
    const labels = new Set(
      all.points
        .filter(({ key }) => key.name === "up")
        .map(({ key }) => JSON.stringify(key.labels)),
    );
    expect(labels.size).toBe(1);
  });

  test("whatever a hostile target answers, it is down with the reason", async () => {
    const answers: Record<string, Parameters<WatchedProcess["answer"]>[0]> = {
      "more than 100000 bytes": (_request, response) => response.end("x".repeat(200_000)),
      "must be JSON": (_request, response) => response.end("<html>"),
      "answered 401": (_request, response) => response.writeHead(401).end(),
      "answered 302": (_request, response) =>
        response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      "did not answer": (_request, response) => {
        const drip = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(drip));
      },
      "must be a whole number": (_request, response) => response.end('{"version":2}'),
    };
    for (const [reason, answer] of Object.entries(answers)) {
      const watched = await watch();
      watched.answer(answer);
      const { told, collector } = collect([{ url: watched.url }], {
        limitBytes: 100_000,
        timeoutMs: 300,
      });
      await until(() => told(watched.url).problems.length > 0);
      expect(told(watched.url).problems[0]).toContain(reason);
      expect(valuesOf(told(watched.url), "up")).toContain(0);
      await collector.close();
    }
  });

  test("two targets that call themselves the same instance do not mix", async () => {
    const [first, second] = [await watch(), await watch()];
    const { told } = collect([first, second].map(({ url }) => ({ url, token: TOKEN })));
    await until(() =>
      [first, second].every(({ url }) => valuesOf(told(url), "answers").length > 2),
    );
    const instances = [first, second].map(({ url }) => {
      const found = told(url).points.find(({ key }) => key.name === "answers");
      return found?.key.labels.instance;
    });
    expect(instances).toContain("one");
    expect(new Set(instances).size).toBe(2);
  });

  test("a process that was replaced by a new one is counted from its start", async () => {
    const watched = await watch();
    const { told } = collect([{ url: watched.url, token: TOKEN }]);
    const all = told(watched.url);
    await until(() => valuesOf(all, "answers").length >= 3);
    watched.answerWell({ instance: "two", startedAtMs: 1_780_000_000_000 });
    const ofSecond = (): SeriesPoint[] =>
      all.points.filter(({ key }) => key.name === "answers" && key.labels.instance === "two");
    await until(() => ofSecond().length >= 2);
    expect(ofSecond()[0]?.point).toMatchObject({ kind: "counter", increase: 1 });
  });

  test("reads a Prometheus endpoint of a process that knows nothing of StreamGate", async () => {
    const watched = await watch();
    let served = 0;
    watched.answer((request, response) => {
      served += 2;
      expect(request.url).toBe("/metrics");
      response.end(`# TYPE served counter\nserved_total ${served}\n# TYPE heap gauge\nheap 5\n`);
    });
    const url = `${watched.url}/metrics`;
    const { told } = collect([{ url, name: "legacy" }]);
    await until(() => valuesOf(told(url), "served").length >= 3);
    expect(new Set(valuesOf(told(url), "served"))).toEqual(new Set([2]));
    const found = told(url).points.find(({ key }) => key.name === "served");
    expect(found?.key.labels).toEqual({ service: "legacy", instance: watched.address });
  });

  test("more series than a target may have are left out, and said", async () => {
    const watched = await watch();
    const text = Array.from({ length: 50 }, (_, at) => `m{at="${at}"} 1`).join("\n");
    watched.answer((_request, response) => response.end(text));
    const url = `${watched.url}/metrics`;
    const { told, collector } = collect([{ url }], { limitSeries: 20 });
    await until(() => told(url).problems.length > 0);
    expect(told(url).problems[0]).toContain("30 series past the limit of 20");
    expect(collector.status()[0]).toMatchObject({ isUp: true, series: 20, refusedSeries: 30 });
  });

  test("targets come and go while others are left in peace", async () => {
    const [first, second] = [await watch(), await watch()];
    const { told, collector } = collect([{ url: first.url, token: TOKEN }]);
    await until(() => valuesOf(told(first.url), "answers").length >= 2);
    await collector.setTargets([
      { url: first.url, token: TOKEN },
      { url: second.url, token: TOKEN },
    ]);
    await until(() => valuesOf(told(second.url), "answers").length >= 2);
    expect(first.connections()).toBe(1);
    await collector.setTargets([{ url: second.url, token: TOKEN }]);
    const after = first.requests();
    const others = second.requests();
    await until(() => second.requests() > others + 3);
    expect(first.requests()).toBe(after);
  });

  test("a listener that throws is told of, and collecting goes on", async () => {
    const watched = await watch();
    const problems: unknown[] = [];
    collect([{ url: watched.url, token: TOKEN }], {
      onPoints: () => {
        throw new Error("no room");
      },
      onProblem: (error) => problems.push(error),
    });
    await until(() => problems.length >= 3);
    expect(problems[0]).toMatchObject({ message: "no room" });
  });

  test("options that cannot be are refused by name", () => {
    const make = (options: Partial<CollectorOptions>): unknown =>
      createCollector({ targets: [], onPoints: () => undefined, ...options });
    expect(() => make({ intervalMs: 0 })).toThrow(/intervalMs/);
    expect(() => make({ targets: [{ url: "ftp://x" }] })).toThrow(/target\.url/);
    expect(() => make({ targets: [{ url: "not an address" }] })).toThrow(/target\.url/);
  });
});
