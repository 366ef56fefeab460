import {
  defaultRules,
  exportAlertmanagerConfig,
  exportPrometheusRules,
  parseRules,
} from "@streamgate/monitor";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkAlertmanagerConfig,
  checkPrometheusRules,
  receiversOf,
  testPrometheusRules,
} from "../../../../test/support/amtool.ts";

describe("rules for Prometheus", () => {
  const yaml = exportPrometheusRules(defaultRules(), { runbookBase: "https://wiki.example/" });

  test("are accepted by promtool", async () => {
    expect(await checkPrometheusRules(yaml)).toBe("");
  });

  test("name every rule that ships, and say of each what PromQL cannot say", () => {
    for (const { name } of defaultRules()) expect(yaml).toContain(name);
    expect(yaml).toContain("# - handles-leaking: handle/leak.");
    expect(yaml.match(/PromQL has no sequential test/g)).toHaveLength(5);
    expect(yaml).toContain("# Clears at 0.8 here, at 0.75 in StreamGate.");
    expect(yaml).toContain('runbook_url: "https://wiki.example/docs/runbooks/cpu-high.md"');
  });

  test("fire on series as an agent writes them", async () => {
    const name = "http_server_request_duration_seconds";
    const series = (suffix: string, labels: string, each: number) =>
      `      - series: '${name}_${suffix}{job="api", ${labels}}'\n        values: '0+${each}x240'`;
    const tests = `
rule_files: [rules.yaml]
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series:
${series("count", 'http_response_status_code="200"', 750)}
${series("count", 'http_response_status_code="500"', 38)}
${series("bucket", 'http_response_status_code="200", le="0.5"', 300)}
${series("bucket", 'http_response_status_code="200", le="+Inf"', 750)}
      - series: 'up{job="api", instance="a"}'
        values: '0x240'
      - series: 'streamgate_process_memory_ratio{job="api", instance="a"}'
        values: '0.97x240'
    alert_rule_test:
${["errors-sudden", "errors-high", "responses-suddenly-slow"]
  .map(
    (alert) => `      - eval_time: 30m
        alertname: ${alert}
        exp_alerts:
          - exp_labels: { severity: ${alert === "errors-high" ? "medium" : "high"}, job: api, service: api }`,
  )
  .join("\n")}
      - eval_time: 30m
        alertname: service-down
        exp_alerts:
          - exp_labels: { severity: critical, job: api, service: api }
      - eval_time: 30m
        alertname: memory-almost-full
        exp_alerts:
          - exp_labels: { severity: high, job: api, service: api, instance: a }
      - eval_time: 30m
        alertname: database-slow
        exp_alerts: []
`;
    const bare = yaml.replace(/^ +(annotations|summary|runbook_url):.*\n/gm, "");
    expect(await testPrometheusRules(bare, tests)).toBe("");
  });

  test("keep whatever a person writes as text", async () => {
    const nasty = `{{ .Evil }} "quoted" 'single' \\ back: #\n- no\tyes \u2028 ${"\u0007"} {value} {service}`;
    const rules = parseRules([
      {
        name: "nasty",
        kind: "threshold",
        summary: nasty,
        runbook: nasty,
        labels: { note: "yes: #no" },
        measure: {
          kind: "gauge",
          of: { name: "heat", where: [{ label: "zone", is: 'a"b\\c\nd{{x}}' }] },
        },
        when: "above",
        threshold: 1e-9,
      },
      {
        name: "leaking",
        kind: "finding",
        kinds: ["memory/leak"],
      },
    ]);
    const written = exportPrometheusRules(rules, { group: "a: b #c" });
    expect(await checkPrometheusRules(written)).toBe("");
    expect(written).toContain('{{ \\"{{\\" }} .Evil }}');
  });
});

describe("a configuration for Alertmanager", () => {
  const config = exportAlertmanagerConfig({
    route: {
      channels: ["mail"],
      groupBy: ["service"],
      groupWaitMs: 0,
      routes: [
        {
          match: [{ label: "severity", matches: "high|critical" }],
          channels: ["pager", "chat"],
          escalation: "night",
        },
        {
          match: [{ label: "service", is: 'odd"one\\' }],
          channels: ["nowhere"],
          tellsResolved: false,
        },
        { match: [{ label: "team", isNot: "" }], continues: true },
      ],
    },
    inhibitions: [
      {
        name: "down",
        source: [{ label: "alertname", is: "service-down" }],
        target: [{ label: "severity", matchesNot: "critical" }],
        equal: ["service"],
      },
    ],
    receivers: {
      pager: { kind: "pagerduty", routingKeyFile: "/run/secrets/pagerduty" },
      chat: { kind: "slack", apiUrlFile: "/run/secrets/slack", channel: "#alerts" },
      mail: { kind: "email", to: "ops@example.org", from: "sg@example.org", smarthost: "mx:25" },
      hook: { kind: "webhook", url: "https://hooks.example/x" },
    },
  });

  test("is accepted by amtool", async () => {
    expect(await checkAlertmanagerConfig(config)).toBe("");
    expect(await checkAlertmanagerConfig(exportAlertmanagerConfig({}))).toBe("");
  });

  test("sends alerts where the routes say", async () => {
    expect(await receiversOf(config, ["severity=critical"])).toBe("pager+chat");
    expect(await receiversOf(config, ["severity=low"])).toBe("mail");
  });

  test("says what is missing and what Alertmanager has no word for", () => {
    expect(config).toContain("# The escalation night is StreamGate's alone");
    expect(config).toContain("# To be completed: nothing was said about how to reach nowhere.");
    expect(config).toContain("send_resolved: true");
  });
});

test("any text that is written as YAML is one line and comes back the same", async () => {
  const texts: string[] = [];
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      texts.push(text);
      const [rule] = parseRules([{ name: "a", kind: "finding", summary: text }]);
      expect(rule?.summary).toBe(text);
    }),
    { numRuns: 100 },
  );
  const labels = Object.fromEntries(
    texts
      .filter((text) => !/[\ud800-\udfff]/.test(text) && !text.includes("{{"))
      .map((text, index) => [`l${index}`, text]),
  );
  const rules = parseRules([
    {
      name: "texts",
      kind: "threshold",
      labels,
      measure: { kind: "gauge", of: { name: "heat" } },
      when: "above",
      threshold: 1,
    },
  ]);
  const yaml = exportPrometheusRules(rules);
  expect(await checkPrometheusRules(yaml)).toBe("");
  for (const [name, text] of Object.entries(labels)) {
    const line = yaml.split("\n").find((each) => each.trim().startsWith(`${name}: "`)) ?? "";
    expect(JSON.parse(line.slice(line.indexOf('"')))).toBe(text);
  }
});
