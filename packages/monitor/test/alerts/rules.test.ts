import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultRules, loadRules, parseRules, rulesFrom } from "@streamgate/monitor";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const RULE = {
  name: "queue-long",
  kind: "threshold",
  measure: { kind: "gauge", of: { name: "jobs_waiting" } },
  when: "above",
  threshold: 100,
};

describe("a rule", () => {
  test("has every default filled in, and reads back as itself", () => {
    const [rule] = parseRules([RULE]);
    expect(rule).toMatchObject({
      severity: "medium",
      by: ["service"],
      clearThreshold: 100,
      clearForMs: 60_000,
      missing: "keep",
      measure: { windowMs: 60_000, statistic: "avg" },
    });
    expect(parseRules(JSON.parse(JSON.stringify([rule])))).toEqual([rule]);
  });

  test("that ships reads back as itself, too", () => {
    const rules = defaultRules();
    expect(parseRules(JSON.parse(JSON.stringify(rules)))).toEqual(rules);
  });

  test.each([
    [{ ...RULE, kind: "treshold" }, "queue-long", "kind", '"treshold"'],
    [{ ...RULE, threshold: "100" }, "queue-long", "threshold", '"100"'],
    [{ ...RULE, threshold: Number.NaN }, "queue-long", "threshold", "null"],
    [{ ...RULE, forMs: -1 }, "queue-long", "forMs", "-1"],
    [{ ...RULE, forSeconds: 60 }, "queue-long", "forSeconds", "left out"],
    [{ ...RULE, clearThreshold: 120 }, "queue-long", "clearThreshold", "120"],
    [{ ...RULE, severity: "page" }, "queue-long", "severity", '"page"'],
    [{ ...RULE, by: ["ser vice"] }, "queue-long", "by", "names of labels"],
    [{ ...RULE, labels: { team: 7 } }, "queue-long", "labels", "7"],
    [{ ...RULE, name: "Queue Long" }, "Queue Long", "name", "kebab-case"],
    [{ ...RULE, measure: { kind: "gauge" } }, "queue-long", "measure.of", "undefined"],
    [
      { ...RULE, measure: { kind: "gauge", of: { name: "a b" } } },
      "queue-long",
      "measure.of.name",
      '"a b"',
    ],
    [
      { ...RULE, measure: { kind: "gauge", of: { name: "a", where: [{ label: "b" }] } } },
      "queue-long",
      "measure.of.where[0].label",
      "exactly one of",
    ],
    [
      {
        ...RULE,
        measure: { kind: "gauge", of: { name: "a", where: [{ label: "b", matches: "(" }] } },
      },
      "queue-long",
      "measure.of.where[0].matches",
      "a regular expression",
    ],
    [
      {
        name: "slow",
        kind: "sequential",
        of: { name: "a" },
        bad: { where: [] },
        allowedShare: 0.1,
      },
      "slow",
      "bad.where",
      "at least one condition",
    ],
    [
      { name: "slow", kind: "sequential", of: { name: "a" }, bad: { above: 1 }, allowedShare: 1 },
      "slow",
      "allowedShare",
      "below 1",
    ],
    [
      {
        name: "burn",
        kind: "burn-rate",
        of: { name: "a" },
        bad: { above: 1 },
        objective: 0.99,
        windows: [{ longMs: 60_000, shortMs: 120_000, factor: 2 }],
      },
      "burn",
      "windows[0].shortMs",
      "120000",
    ],
    [{ name: "leak", kind: "finding", kinds: ["nonsense/x"] }, "leak", "kinds", "nonsense/x"],
    [7, "number 1", "itself", "an object"],
  ])("that cannot be is refused: %j", (value, rule, key, shown) => {
    const refuse = (): unknown => parseRules([value]);
    expect(refuse).toThrow(`alert rule ${rule} with ${key} `);
    expect(refuse).toThrow(shown);
  });

  test.each(["(a+)+", "(a|b*)*c", "(x+x+)+y", "a(?=b)", "(a)\\1", "x".repeat(300)])(
    "is refused with the pattern %s, which Prometheus does not know or which could take for ever",
    (matches) => {
      const of = { name: "a", where: [{ label: "b", matches }] };
      expect(() => parseRules([{ ...RULE, measure: { kind: "gauge", of } }])).toThrow("matches");
    },
  );

  test("whatever is handed in is read or refused with the error of the house", () => {
    fc.assert(
      fc.property(
        fc.anything(),
        fc.constantFrom("threshold", "sequential", "forecast"),
        (value, kind) => {
          for (const tried of [value, { ...RULE, kind, measure: value }, { ...RULE, of: value }]) {
            try {
              parseRules([tried]);
            } catch (thrown) {
              expect((thrown as { readonly code?: string }).code).toBe("SG_MONITOR_BAD_RULE");
            }
          }
        },
      ),
    );
  });

  test("must not have the name of another", () => {
    expect(() => parseRules([RULE, RULE])).toThrow("unique");
  });
});

describe("a file of rules", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join("/tmp", "streamgate-rules-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const write = async (text: string): Promise<string> => {
    const path = join(folder, "rules.json");
    await writeFile(path, text);
    return path;
  };

  test("adds rules to those that ship, changes some and leaves others out", async () => {
    const file = {
      without: ["cpu-high"],
      change: { "memory-high": { threshold: 0.9, clearThreshold: 0.85 } },
      rules: [RULE],
    };
    const rules = await loadRules(await write(JSON.stringify(file)));
    const names = rules.map(({ name }) => name);
    expect(names).toHaveLength(defaultRules().length);
    expect(names).toContain("queue-long");
    expect(names).not.toContain("cpu-high");
    expect(rules.find(({ name }) => name === "memory-high")).toMatchObject({ threshold: 0.9 });
  });

  test("may do without those that ship", () => {
    expect(rulesFrom({ defaults: false, rules: [RULE] })).toHaveLength(1);
  });

  test("that names a rule which does not ship is refused", () => {
    expect(() => rulesFrom({ without: ["cpu-hihg"] })).toThrow("cpu-hihg");
    expect(() => rulesFrom({ change: { nothing: {} } })).toThrow("nothing");
    expect(() => rulesFrom({ rule: [] })).toThrow("rule");
  });

  test("that is not there or no JSON says so", async () => {
    await expect(loadRules(join(folder, "absent.json"))).rejects.toMatchObject({
      code: "SG_MONITOR_RULES_UNREADABLE",
    });
    await expect(loadRules(await write("{ rules: "))).rejects.toThrow("it is no JSON");
  });
});
