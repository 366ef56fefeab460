import type { Finding } from "@streamgate/core";
import { defaultRules } from "@streamgate/monitor";
import { expect, test } from "vitest";
import { play } from "./play.ts";

const RULES = defaultRules().filter(({ kind }) => kind === "finding");

function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: "f1",
    kind: "handle/leak",
    subject: { database: "", object: "api/sockets" },
    severity: "medium",
    summary: "Sockets grow by 120 an hour",
    savedMsPerHour: 0,
    statements: [],
    evidence: [
      {
        name: "growth",
        value: 120,
        unit: "handles",
        rung: "measured",
        source: "agent",
        at: "2024-01-01T00:00:00Z",
      },
    ],
    remedy: "Close them in finally.",
    ...overrides,
  };
}

const source = (instance: string) => ({ service: "api", instance });

test("a leak of handles is told at once, once for all instances, with what to do", () => {
  const { pass, evaluator, transitions } = play(RULES);
  pass(1);
  evaluator.feedFindings(source("a"), [finding()]);
  evaluator.feedFindings(source("b"), [finding({ id: "f2" })]);
  pass(30);
  expect(transitions.map(({ state, ruleName }) => [ruleName, state])).toEqual([
    ["handles-leaking", "firing"],
  ]);
  const [alert] = transitions;
  expect(alert?.severity).toBe("high");
  expect(alert?.summary).toBe("Sockets grow by 120 an hour");
  expect(alert?.description).toContain("Close them in finally.");
  expect(alert?.labels).toMatchObject({ service: "api", finding_kind: "handle/leak" });
});

test("it is over when no instance reports it any more", () => {
  const { pass, evaluator, transitions } = play(RULES);
  const report = (seconds: number, a: readonly Finding[], b: readonly Finding[]) => {
    for (let second = 0; second < seconds; second += 1) {
      evaluator.feedFindings(source("a"), a);
      evaluator.feedFindings(source("b"), b);
      pass(1);
    }
  };
  report(70, [finding()], [finding()]);
  report(120, [], [finding()]);
  expect(transitions).toHaveLength(1);
  report(70, [], []);
  expect(transitions.map(({ state }) => state)).toEqual(["firing", "resolved"]);
});

test("a process that falls silent does not resolve what it reported", () => {
  const { pass, evaluator, transitions } = play(RULES);
  evaluator.feedFindings(source("a"), [finding()]);
  pass(1800);
  expect(transitions.map(({ state }) => state)).toEqual(["firing"]);
});

test("severe findings are a ticket, and mild ones nothing", () => {
  const { pass, evaluator, transitions } = play(RULES);
  evaluator.feedFindings(source("a"), [
    finding({ id: "x", kind: "memory/leak", severity: "high", summary: "The heap grows" }),
    finding({ id: "y", kind: "loop/json", severity: "medium" }),
  ]);
  pass(2);
  expect(transitions.map(({ summary, severity }) => [summary, severity])).toEqual([
    ["The heap grows", "medium"],
  ]);
});

test("a flood of findings is bounded", () => {
  const { pass, evaluator } = play(RULES, { groupLimit: 100 });
  const flood = Array.from({ length: 5000 }, (_, index) =>
    finding({ id: `${index}`, subject: { database: "", object: `site ${index}` } }),
  );
  evaluator.feedFindings(source("a"), flood);
  pass(1);
  expect(evaluator.active()).toHaveLength(100);
});
