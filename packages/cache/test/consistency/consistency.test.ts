import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { FAULTS } from "../../../../bench/cache-consistency/faults.ts";
import { healthyPhase, troubledPhase } from "../../../../bench/cache-consistency/phases.ts";
import { subject } from "../../../../bench/cache-consistency/subjects/streamgate.ts";
import { Trial } from "../../../../bench/cache-consistency/trial.ts";

const SUBJECTS = join(import.meta.dirname, "../../../../bench/cache-consistency/subjects");
let trial: Trial | undefined;

afterEach(async () => {
  await trial?.end();
  trial = undefined;
});

describe("the cache's contract", () => {
  it("holds in thousands of random schedules over three processes, under every fault", async () => {
    const told: string[] = [];
    trial = await Trial.begin({
      subject,
      subjectModule: join(SUBJECTS, "streamgate.ts"),
      workers: 3,
      seed: Number(process.env.STREAMGATE_TEST_SEED ?? 20),
      patienceMs: 10_000,
      tell: (line) => told.push(line),
    });
    await trial.run(healthyPhase(1_200));
    await trial.run(troubledPhase("all faults", 1_200, FAULTS));
    const { tally } = trial;
    const examples = [...tally.examples.values()].flat(2);
    expect(examples, [...told, ...examples].join("\n")).toEqual([]);
    expect(tally.total).toBe(0);
    expect(tally.schedules).toBeGreaterThanOrEqual(2_300);
    expect(tally.resolved).toBeGreaterThan(tally.rejected);
  });
});
