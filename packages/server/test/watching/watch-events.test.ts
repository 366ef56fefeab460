import type { AlertTransition } from "@streamgate/monitor";
import { expect, test } from "vitest";
import type { Terminal } from "../../src/command-line/terminal.ts";
import { watchTeller } from "../../src/watching/watch-events.ts";

const alert: AlertTransition = {
  alertId: "1",
  ruleName: "errors-sudden",
  state: "pending",
  severity: "high",
  labels: { service: "shop" },
  summary: "5 % of the requests\nto shop fail",
  description: "",
  runbook: "",
  value: 0.05,
  startedAtMs: 0,
  atMs: 0,
};

function tellerWithLines(isJson: boolean) {
  const printed: string[] = [];
  const told: string[] = [];
  const terminal: Terminal = {
    print: (text) => void printed.push(text),
    tell: (text) => void told.push(text),
    draw: () => undefined,
    canAsk: false,
    canDraw: false,
    hasColour: false,
    widthColumns: 80,
    ask: async () => false,
  };
  return { tell: watchTeller(terminal, isJson), printed, told };
}

test("a person is told what fires and when that is over, not what was only about to", () => {
  const { tell, printed } = tellerWithLines(false);
  tell({ kind: "alert", ...alert });
  tell({ kind: "alert", ...alert, state: "resolved" });
  expect(printed).toEqual([]);
  tell({ kind: "alert", ...alert, state: "firing" });
  tell({ kind: "alert", ...alert, state: "resolved" });
  expect(printed).toEqual([
    "1970-01-01 00:00:00Z  FIRING    high      5 % of the requests to shop fail",
    "1970-01-01 00:00:00Z  RESOLVED  high      5 % of the requests to shop fail",
  ]);
});

test("a program is told everything, a line each", () => {
  const { tell, printed, told } = tellerWithLines(true);
  tell({ kind: "alert", ...alert });
  tell({ kind: "leading", isLeading: true });
  const lines = printed.map((line) => JSON.parse(line) as { kind: string; at: string });
  expect(lines.map(({ kind }) => kind)).toEqual(["alert", "leading"]);
  expect(told).toEqual([]);
});

test("a password in what went wrong is masked in both", () => {
  for (const isJson of [true, false]) {
    const { tell, printed, told } = tellerWithLines(isJson);
    tell({ kind: "problem", part: "store", reason: "postgresql://me:hidden@db/x refused" });
    expect([...printed, ...told].join()).toContain("refused");
    expect([...printed, ...told].join()).not.toContain("hidden");
  }
});
