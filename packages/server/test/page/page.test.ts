import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { PageState } from "../../src/page/page-state.ts";
import { renderPage } from "../../src/page/render-page.ts";
import { type ServedPage, servePage } from "../../src/page/serve-page.ts";
import { aFinding, aProof, aStatementProof } from "../support/findings.ts";
import { stateAfter, WHOLE_STORY } from "../support/turn-states.ts";

const STATE: PageState = {
  turn: stateAfter(WHOLE_STORY),
  service: {
    activity: null,
    apiAddress: "http://127.0.0.1:1/",
    databaseAddress: "127.0.0.1:2",
    latency: [1, 2, 3].map((second) => ({
      at: `2026-01-01T00:00:0${second}.000Z`,
      requests: 80,
      errors: 0,
      p50Ms: 3,
      p95Ms: 40 / second,
    })),
    before: { requests: 800, errors: 0, p50Ms: 12, p95Ms: 43, p99Ms: 84 },
    after: { requests: 810, errors: 0, p50Ms: 2.5, p95Ms: 5, p99Ms: 9 },
    appliedAt: ["2026-01-01T00:00:02.000Z"],
  },
  watch: {
    rung: "measured",
    windowMs: 10_000,
    api: {
      requestsPerSecond: 80.25,
      p95Seconds: 0.043,
      errorShare: 0.012,
      cacheHitShare: null,
      cpuCores: 0.41,
      memoryBytes: 120_000_000,
      loopDelayP99Seconds: 0.012,
      agentCores: 0.004,
    },
    own: { cpuCores: 0.06, memoryBytes: 230_000_000, loopDelayP99Seconds: null },
    alerts: [
      {
        state: "firing",
        severity: "high",
        summary: "1.2 % of the requests to media fail",
        runbook: "docs/runbooks/errors-sudden.md",
        since: "2026-01-01T00:00:01.000Z",
      },
    ],
    findings: [
      {
        id: "loop-blocked-1",
        kind: "loop/blocked",
        severity: "medium",
        summary: "parse held the event loop for 358 ms",
        remedy: "Move it to worker threads.",
      },
    ],
    problem: null,
  },
  memory: [{ part: "streamgate", bytes: 150_000_000, peakBytes: 190_000_000, isRunning: true }],
};

describe("the page", () => {
  const markup = renderPage(STATE).toString();

  test("shows the verdict, the finding, the proof with both distributions, and the outcome", () => {
    expect(markup).toContain("What took 13.6 min of each hour now takes 12.3 s (verified).");
    expect(markup).toContain("select * from orders where user_id = $1");
    expect(markup.match(/class="dot"/g)).toHaveLength(10);
    expect(markup).toContain("Plans before and after");
    expect(markup).toContain("Production: verified");
    expect(markup).toContain("8.6×");
  });

  test("shows what the monitor sees, each figure as measured, and what fires with its runbook", () => {
    const section = /<section id="watch".*?<\/section>/s.exec(markup)?.[0] ?? "";
    for (const text of ["80.3 /s", "43 ms", "1.2 %", "41 % of a core", "1 alert fires"])
      expect(section).toContain(text);
    expect(section).toContain('<a href="/runbooks/errors-sudden.md">runbook</a>');
    expect(section).toContain("parse held the event loop for 358 ms");
    const figures = section.match(/<dd>/g)?.length ?? 0;
    expect(section.match(/<dd>[^<]+<span class="rung">measured/g)).toHaveLength(figures);
    expect(section).not.toContain("Cache hits");
  });

  test("describes every picture for those who cannot see it", () => {
    for (const [picture] of markup.matchAll(/<svg.*?<\/svg>/gs)) {
      expect(picture).toContain('role="img"');
      expect(picture).toMatch(/<title id="[^"]+">[^<]+<\/title>/);
      expect(picture).toMatch(/<desc id="[^"]+">[^<]+<\/desc>/);
    }
  });

  test("uses every id once, and no inline style or script", () => {
    const ids = [...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(markup).not.toMatch(/ style="| on\w+="|<script>|<style/);
  });

  test("reloads itself without JavaScript only while something runs", () => {
    expect(markup).not.toContain("http-equiv");
    const running = { ...STATE, turn: stateAfter(WHOLE_STORY.slice(0, 5)) };
    expect(renderPage(running).toString()).toContain('<noscript><meta http-equiv="refresh"');
  });

  test("lets no statement, name or plan inject anything", () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\u0000`;
    const finding = aFinding({
      id: hostile,
      summary: hostile,
      subject: { database: hostile, object: hostile },
      statements: aFinding().statements.map((statement) => ({ ...statement, text: hostile })),
    });
    const statement = aStatementProof({ text: hostile, planBefore: hostile, planAfter: hostile });
    const proof = aProof({ explanation: hostile, statements: [statement] });
    const turn = stateAfter([
      { at: "", kind: "finding", finding, state: "found" },
      { at: "", kind: "proof", finding: finding.id, proof },
      { at: "", kind: "warning", message: hostile },
      {
        at: "",
        kind: "diagnosed",
        declined: [{ candidate: hostile, reason: hostile, explanation: hostile }],
        declinedStatements: [],
      },
    ]);
    const watch = STATE.watch && {
      ...STATE.watch,
      alerts: STATE.watch.alerts.map((alert) => ({
        ...alert,
        summary: hostile,
        runbook: `https://${hostile}`,
      })),
      findings: STATE.watch.findings.map((found) => ({
        ...found,
        summary: hostile,
        remedy: hostile,
      })),
      problem: hostile,
    };
    const injected = renderPage({ ...STATE, turn, watch }).toString();
    expect(injected).not.toContain("<script>alert");
    expect(injected).not.toContain("<img src=x");
    expect(injected.match(/<script/g)).toHaveLength(1);
  });
});

describe("the page's server", () => {
  const opened: ServedPage[] = [];
  const open = async (port: number): Promise<ServedPage> => {
    const page = await servePage({ port, readState: () => STATE });
    opened.push(page);
    return page;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((page) => page.close()));
  });

  test("answers with the page, the state and its health, under a strict policy", async () => {
    const { url } = await open(0);
    const answer = await fetch(url);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(await answer.text()).toContain("<!doctype html>");
    const state = (await (await fetch(new URL("api/v1/state", url))).json()) as PageState;
    expect(state.turn.findings).toHaveLength(1);
    expect(await (await fetch(new URL("healthz", url))).json()).toEqual({ status: "ok" });
    for (const path of [
      "assets/page.css",
      "assets/live.js",
      "assets/mark.svg",
      "runbooks/errors-sudden.md",
    ]) {
      expect((await fetch(new URL(path, url))).status).toBe(200);
    }
  });

  test("takes the next port where one is taken", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const address = blocker.address();
    const taken = typeof address === "object" && address !== null ? address.port : 0;
    const { url } = await open(taken);
    expect(Number(new URL(url).port)).toBeGreaterThan(taken);
    blocker.close();
  });

  test("tells an open page that something has changed", async () => {
    const page = await open(0);
    const answer = await fetch(new URL("events", page.url));
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain("event: changed");
    page.changed();
    expect((await reader?.read())?.value).toContain("event: changed");
    await reader?.cancel();
  });

  test("does not answer to another site's name", async () => {
    const { url } = await open(0);
    const { port } = new URL(url);
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request({ port, host: "127.0.0.1", headers: { host: "evil.example" } }, (answer) =>
        resolve(answer.statusCode),
      ).end();
    });
    expect(status).toBe(421);
  });
});
