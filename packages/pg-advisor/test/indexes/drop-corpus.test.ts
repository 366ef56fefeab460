import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DROP_CORPUS } from "../../../../test/support/drop-corpus/corpus.ts";
import type { DropCase } from "../../../../test/support/drop-corpus/drop-case.ts";
import {
  type JudgedCorpus,
  judgeCorpus,
} from "../../../../test/support/drop-corpus/judge-corpus.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { temporaryFolder } from "../twin-support.ts";

describe("of the indexes of the corpus", () => {
  let postgres: TestPostgres;
  let judged: JudgedCorpus;
  beforeAll(async () => {
    postgres = await startTestPostgres({
      hasStatementCounters: false,
      settings: { autovacuum: "off", shared_buffers: "128MB" },
    });
    judged = await judgeCorpus(postgres, DROP_CORPUS, await temporaryFolder());
  }, 180_000);
  afterAll(() => postgres?.stop());

  const told = (wanted: DropCase) => {
    const verdict = judged.cases.find(({ of }) => of === wanted)?.verdict;
    if (verdict === undefined) return { action: "nothing was said of it" };
    if (verdict.action !== "keep") return { action: verdict.action, problem: verdict.problem };
    return { action: "keep", reasons: verdict.refusals.map(({ reason }) => reason) };
  };

  it.each(DROP_CORPUS)("$name: $expected.action", (one) => {
    const { expected } = one;
    expect(told(one)).toEqual(
      expected.action === "keep"
        ? { action: "keep", reasons: expect.arrayContaining([expected.reason]) }
        : expected,
    );
  });

  it("there are more than 150, and half of them are traps", () => {
    const traps = DROP_CORPUS.filter(({ expected }) => expected.action !== "drop");
    expect(DROP_CORPUS.length).toBeGreaterThanOrEqual(150);
    expect(traps.length / DROP_CORPUS.length).toBeGreaterThanOrEqual(0.5);
    expect(new Set(DROP_CORPUS.map(({ name }) => name)).size).toBe(DROP_CORPUS.length);
  });

  it("each finding can be taken back, and says how it knows what it saves", () => {
    const findings = judged.advice.flatMap((advice) => advice.findings);
    expect(findings.length).toBeGreaterThan(100);
    for (const { kind, fix, evidence, summary } of findings) {
      expect(fix, summary).toBeDefined();
      expect(evidence[0], summary).toMatchObject({ name: "size of the index", rung: "measured" });
      const isDrop = kind !== "index/bloated" && kind !== "index/invalid";
      const brings = fix?.steps.some(
        (step) => step.kind === "sql" && / INDEX (CONCURRENTLY )?/.test(step.revert),
      );
      expect([kind, isDrop ? brings : true]).toEqual([kind, true]);
    }
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
  });
});
