import { seededRandom } from "@streamgate/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyFix } from "../../src/verify/verify-fix.ts";
import { findingOf, type Invented, ORDERS, SHOP, windowsOf, workloadOf } from "./worlds.ts";

interface World {
  readonly invented?: readonly Invented[];
  readonly targets?: readonly string[];
  readonly windows?: number;
  readonly seed?: number;
  readonly before?: (statement: Invented, window: number) => number;
  readonly after?: (statement: Invented, window: number) => number;
}

function verifyWorld(world: World) {
  const { invented = SHOP, targets = ["target"], windows = 12, seed = 1 } = world;
  const random = seededRandom(seed);
  return verifyFix({
    finding: findingOf(invented, ...targets),
    workload: workloadOf(invented),
    before: windowsOf(invented, windows, random, world.before),
    after: windowsOf(invented, windows, random, world.after),
    tables: [ORDERS],
    random,
    options: { resamples: 400 },
  });
}

const onTarget =
  (factor: number, drift = 1) =>
  ({ name }: Invented): number =>
    drift * (name === "target" ? factor : 1);

const anySeed = fc.integer({ min: 0, max: 1_000_000 });

test("a speed-up of five times is verified, whatever the machine's drift", () => {
  fc.assert(
    fc.property(anySeed, fc.double({ min: 0.5, max: 3, noNaN: true }), (seed, drift) => {
      const { verdict, statements, control } = verifyWorld({ seed, after: onTarget(1 / 5, drift) });
      expect(verdict).toBe("verified");
      expect(statements[0]?.speedup.point).toBeGreaterThan(4);
      expect(statements[0]?.speedup.point).toBeLessThan(6);
      expect(control.statements).toBe(5);
      expect(control.drift.point * drift).toBeGreaterThan(0.9);
      expect(control.drift.point * drift).toBeLessThan(1.1);
    }),
    { numRuns: 40 },
  );
});

test("a machine that got twice as slow or fast is not taken for an effect", () => {
  fc.assert(
    fc.property(anySeed, fc.constantFrom(0.5, 2), (seed, drift) => {
      const { verdict } = verifyWorld({ seed, after: onTarget(1, drift) });
      expect(["no change", "inconclusive"]).toContain(verdict);
    }),
    { numRuns: 60 },
  );
});

test("where nothing changed, few noisy windows raise a false alarm in fewer than one of twenty runs", () => {
  const bystanders = Array.from({ length: 15 }, (_, at) => ({
    name: `bystander ${at}`,
    table: "orders",
    callsAWindow: 50,
    meanMs: 5,
  }));
  const alarms = Array.from({ length: 200 }, (_, seed) => {
    const noise = seededRandom(seed + 10_000);
    // About a log-normal factor with a deviation of 0.4.
    const factor = () => Math.exp(0.4 * (noise.next() + noise.next() + noise.next() - 1.5) * 2);
    const { verdict } = verifyWorld({
      seed,
      windows: 6,
      invented: [...SHOP, ...bystanders],
      before: factor,
      after: factor,
    });
    return verdict === "harmful" || verdict === "verified";
  });
  expect(alarms.filter(Boolean).length).toBeLessThan(10);
});

test("no effect is mostly found to be no change, and never an effect", () => {
  const verdicts = Array.from({ length: 60 }, (_, seed) => verifyWorld({ seed }).verdict);
  expect(verdicts.filter((verdict) => verdict === "no change").length).toBeGreaterThan(50);
  expect(verdicts).not.toContain("verified");
  expect(verdicts).not.toContain("harmful");
});

test("a target that got slower is harmful, also while another got faster", () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const invented = [
        ...SHOP,
        { name: "second", table: "orders", callsAWindow: 100, meanMs: 30 },
      ];
      const { verdict, explanation } = verifyWorld({
        seed,
        invented,
        targets: ["target", "second"],
        after: ({ name }) => (name === "target" ? 0.2 : name === "second" ? 1.6 : 1),
      });
      expect(verdict).toBe("harmful");
      expect(explanation).toContain("second");
    }),
    { numRuns: 30 },
  );
});

test("a writer that loses more than the gain excuses is harmful; one that loses little is not", () => {
  const worldWith = (callsAWindow: number): World => ({
    invented: [
      ...SHOP,
      { name: "writer", table: "orders", kind: "insert", callsAWindow, meanMs: 2 },
    ],
    after: ({ name }) => (name === "target" ? 0.5 : name === "writer" ? 1.5 : 1),
  });
  const heavy = verifyWorld(worldWith(3_000));
  expect(heavy.verdict).toBe("harmful");
  expect(heavy.explanation).toMatch(/^A writer of the same table, insert of orders/);
  const light = verifyWorld(worldWith(100));
  expect(light.verdict).toBe("verified");
  expect(light.statements.map(({ role }) => role)).toEqual(["target", "writer"]);
});

test("a reader of the same table whose plan turned bad is harmful", () => {
  const { verdict } = verifyWorld({
    invented: [...SHOP, { name: "reader", table: "orders", callsAWindow: 100, meanMs: 20 }],
    after: ({ name }) => (name === "target" ? 0.9 : name === "reader" ? 10 : 1),
  });
  expect(verdict).toBe("harmful");
});

test("what another fix on another table did is not laid to this one", () => {
  const invented = [...SHOP, { name: "elsewhere", table: "items", callsAWindow: 100, meanMs: 20 }];
  const random = seededRandom(1);
  const { verdict, statements } = verifyFix({
    finding: findingOf(invented, "target"),
    workload: workloadOf(invented),
    before: windowsOf(invented, 12, random),
    after: windowsOf(invented, 12, random, ({ name }) =>
      name === "target" ? 0.2 : name === "elsewhere" ? 10 : 1,
    ),
    tables: [ORDERS, { schema: "public", name: "items" }],
    random,
  });
  expect(verdict).toBe("verified");
  expect(statements.map(({ fingerprint }) => fingerprint)).toEqual(["target"]);
});

test("one control statement that is hit by something else does not move the drift", () => {
  const { verdict, control } = verifyWorld({
    after: ({ name }) => (name === "target" ? 0.5 : name === "control 5" ? 50 : 1),
  });
  expect(verdict).toBe("verified");
  expect(control.drift.point).toBeGreaterThan(0.9);
});

test("a stall in one window does not hide the effect, nor makes one", () => {
  const stall =
    (factor: number) =>
    ({ name }: Invented, window: number) =>
      window === 3 && name === "target" ? 20 : onTarget(factor)({ name } as Invented);
  expect(verifyWorld({ after: stall(0.2) }).verdict).toBe("verified");
  expect(verifyWorld({ after: stall(1) }).verdict).toBe("inconclusive");
});

test("without untouched statements the drift is taken as none, and the explanation says so", () => {
  const { verdict, explanation, control } = verifyWorld({
    invented: SHOP.slice(0, 1),
    after: onTarget(0.2),
  });
  expect(verdict).toBe("verified");
  expect(control).toEqual({
    statements: 0,
    drift: { point: 1, low: 1, high: 1, confidence: 0.95 },
  });
  expect(explanation).toContain("no untouched statement");
});

test("too few calls are inconclusive, and the statement that lacks them is named", () => {
  const { verdict, explanation } = verifyWorld({
    windows: 4,
    invented: [{ ...SHOP[0], callsAWindow: 2 } as Invented, ...SHOP.slice(1)],
    after: onTarget(0.2),
  });
  expect(verdict).toBe("inconclusive");
  expect(explanation).toMatch(
    /Too few calls of select of orders: target: \d+ before and \d+ after/,
  );
});

test("too few windows are inconclusive", () => {
  const { verdict, explanation } = verifyWorld({ windows: 3, after: onTarget(0.2) });
  expect(verdict).toBe("inconclusive");
  expect(explanation).toContain("only 3 windows");
});

test("windows without any counters, and no windows, are inconclusive", () => {
  for (const windows of [0, 5]) {
    const { verdict, targetMsPerHour } = verifyWorld({
      windows,
      invented: SHOP,
      before: () => 1,
      targets: ["not in the workload"],
    });
    expect(verdict).toBe("inconclusive");
    expect(targetMsPerHour).toEqual({ before: 0, after: 0 });
  }
});

test("the targets' time of each hour is told in figures", () => {
  const { targetMsPerHour, explanation } = verifyWorld({ after: onTarget(0.2) });
  expect(targetMsPerHour.before / 3_600_000).toBeCloseTo((200 * 40) / 60_000, 1);
  expect(targetMsPerHour.after * 5).toBeGreaterThan(targetMsPerHour.before * 0.8);
  expect(explanation).toMatch(
    /^The targets run [\d.]+ \(95 % interval [\d.]+ to [\d.]+\) times as fast as before, measured against 5 untouched statements; the targets took [\d.]+ min of each hour before and [\d.]+ min after\.$/,
  );
});

test("the same seed gives the same verification", () => {
  expect(verifyWorld({ seed: 5 })).toEqual(verifyWorld({ seed: 5 }));
});
