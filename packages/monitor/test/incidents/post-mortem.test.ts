import { describe, expect, test } from "vitest";
import type { IncidentRecord } from "../../src/incidents/incident.ts";
import { escapeMarkdown } from "../../src/incidents/markdown.ts";
import { postMortem } from "../../src/incidents/post-mortem.ts";

const START = Date.parse("2026-03-29T00:59:30Z");
const HOSTILE =
  "# <img src=x onerror=alert(1)> | [click](javascript:x) `code` **bold**\n\n## Fake heading";

const RECORD: IncidentRecord = {
  incident: {
    id: "12",
    service: "api",
    title: "Half of the requests to api fail",
    severity: "high",
    status: "resolved",
    startedAtMs: START,
    joinedAtMs: START,
    quietSinceMs: START + 600_000,
    resolvedAtMs: START + 600_000,
    acknowledgedBy: "Ana",
    acknowledgedAtMs: START + 90_000,
  },
  alerts: [
    {
      alertId: "a",
      ruleName: "errors-sudden",
      state: "resolved",
      severity: "high",
      labels: { service: "api" },
      summary: HOSTILE,
      description: "",
      runbook: "",
      value: 0.5,
      startedAtMs: START,
      atMs: START + 480_000,
      incident: "12",
    },
  ],
  timeline: [
    { atMs: START - 60_000, kind: "change", summary: "deploy: api 42 was deployed", author: "" },
    { atMs: START, kind: "alert-firing", summary: HOSTILE, author: "" },
    { atMs: START + 60_000, kind: "note", summary: HOSTILE, author: "Ana" },
  ],
  causes: [
    {
      kind: "change",
      id: "c",
      summary: "api 42 was deployed",
      atMs: START - 60_000,
      score: 0.87,
      reason: "A deploy 1 min before the start",
    },
  ],
  changes: [],
  actions: [
    { id: "1", summary: "Try it with half of the traffic first", owner: "Ben", isDone: true },
  ],
};

describe("a post-mortem", () => {
  const text = postMortem(RECORD, START + 7_200_000, { timeZone: "Europe/Berlin" });

  test("has the figures, the times with their zone, the causes and what is to be done", () => {
    expect(text).toContain("# Incident 12: Half of the requests to api fail");
    expect(text).toContain("| Lasted | 10 min |");
    expect(text).toContain("| Acknowledged | by Ana, 1.5 min after it began |");
    expect(text).toContain("1. **api 42 was deployed** (0.87): A deploy 1 min before the start.");
    expect(text).toContain("- [x] Try it with half of the traffic first (Ben)");
    expect(text).toContain("| 8 min | over |");
  });

  test("shows local time across the change to summer time", () => {
    expect(text).toContain("2026-03-29 00:59:30 (29/03/2026, 01:59:30)");
    expect(text).toContain("2026-03-29 01:00:30 (29/03/2026, 03:00:30)");
  });

  test("takes nothing from outside for its own structure", () => {
    const headings = text.split("\n").filter((line) => line.startsWith("#"));
    expect(headings).toHaveLength(6);
    expect(text).not.toContain("<img");
    expect(text).not.toContain("[click](javascript:x)");
    for (const row of text.split("\n").filter((line) => line.startsWith("| 2026")))
      expect(row.replaceAll("\\|", "").split("|")).toHaveLength(5);
  });

  test("of an incident that goes on and of which nothing is known is written all the same", () => {
    const { resolvedAtMs: _, ...open } = RECORD.incident;
    const bare: IncidentRecord = {
      ...RECORD,
      incident: {
        ...open,
        resolvedAtMs: undefined,
        acknowledgedBy: undefined,
        status: "open",
        service: "",
      },
      alerts: [],
      timeline: [],
      causes: [],
      actions: [],
    };
    const short = postMortem(bare, START + 60_000);
    expect(short).toContain("| Ended | goes on |");
    expect(short).toContain("by nobody");
    expect(short).toContain("- [ ]");
  });
});

test("escaped text is one line and has no character that Markdown reads", () => {
  expect(escapeMarkdown("a\r\nb\0c")).toBe("a b c");
  expect(escapeMarkdown("1 < 2 & 3")).toBe("1 &lt; 2 &amp; 3");
  expect(escapeMarkdown("- [x] *y*")).toBe("\\- \\[x\\] \\*y\\*");
});
