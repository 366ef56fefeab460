import { seededRandom } from "@streamgate/core";
import { expect, test } from "vitest";
import { concludeReplacement } from "../../src/replacements/conclude-replacement.ts";
import type { Tried } from "../../src/replacements/try-both.ts";
import { findingOf, statementOf, workloadOf } from "../proof/scenario.ts";

const ROUNDS = 15;
const FEWER = { what: "bytes are sent", before: 1_000, after: 400 };

async function verdictOf(
  afterMs: (round: number) => number,
  change: Partial<Tried> = {},
): Promise<string> {
  const statement = await statementOf("select * from users where id = $1", []);
  const { fingerprint } = statement;
  const tried: Tried = {
    rounds: Array.from({ length: ROUNDS }, (_, round) => ({
      before: [1 + (round % 3) / 100],
      after: [afterMs(round)],
    })),
    results: { kind: "identical", rows: 10 },
    planBefore: "",
    planAfter: "",
    about: "",
    ...change,
  };
  const subject = {
    finding: findingOf("public.users", [statement]),
    statement,
    replacement: { kind: "fewer columns", fingerprint, text: "select 1" },
    workload: workloadOf(statement),
  } as const;
  return concludeReplacement(subject, tried, null, seededRandom(1)).verdict;
}

test("what takes as long is proven by the work that it spares, and by nothing else", async () => {
  const asLong = (round: number): number => 1 + (round % 4) / 100;
  expect(await verdictOf(asLong)).toBe("not proven");
  expect(await verdictOf(asLong, { spared: FEWER })).toBe("proven");
  expect(await verdictOf(asLong, { spared: { ...FEWER, after: 900 } })).toBe("not proven");
  const nothing = { kind: "identical", rows: 0 } as const;
  expect(await verdictOf(asLong, { spared: FEWER, results: nothing })).toBe("not proven");
});

test("what may be slower is not proven, however much it spares", async () => {
  const unsure = (round: number): number => (round % 2 === 0 ? 0.6 : 1.9);
  expect(await verdictOf(unsure, { spared: FEWER })).toBe("not proven");
  expect(await verdictOf(() => 2, { spared: FEWER })).toBe("harmful");
});

test("rows that differ are harmful, however much sooner they come", async () => {
  const different = { kind: "different", explanation: "other rows" } as const;
  expect(await verdictOf(() => 0.01, { results: different, spared: FEWER })).toBe("harmful");
});
