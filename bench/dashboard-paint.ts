// How soon does somebody with a slow phone see the first screen, and what does Lighthouse say of each page?

import { findFreePort } from "@streamgate/pg-advisor";
import { chromium } from "playwright-core";
import { findChromium } from "../test/support/chromium.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { auditPage, type Scores } from "./dashboard-paint/audit-page.ts";
import { type FirstLoad, loadPage } from "./dashboard-paint/load-page.ts";
import { PAGES, withServedDashboard } from "./dashboard-paint/served-dashboard.ts";
import { libraryVersions } from "./support/versions.ts";

const LOADS = 9;
const GOAL = {
  paintMs: 600,
  layoutShift: 0,
  blockingMs: 100,
  performance: 95,
  others: 100,
} as const;

export const bench: Bench = {
  async measure(tell) {
    return withServedDashboard(tell, async (url) => {
      const port = await findFreePort();
      const browser = await chromium.launch({
        executablePath: await findChromium(),
        args: [
          "--no-sandbox",
          "--disable-quic",
          "--no-first-run",
          `--remote-debugging-port=${port}`,
        ],
      });
      try {
        const loads: FirstLoad[] = [];
        for (let load = 0; load < LOADS; load += 1) {
          loads.push(await loadPage(browser, url));
          tell(`load ${load + 1} of ${LOADS}: first paint at ${loads.at(-1)?.fcpMs.toFixed(0)} ms`);
        }
        const scores = new Map<string, Scores>();
        for (const path of PAGES) {
          const score = await auditPage(`${url}${path}`, port);
          scores.set(path, score);
          tell(`${path}: ${textOf(score)}`);
        }
        return resultOf(
          loads,
          scores,
          await libraryVersions(["lighthouse", "preact"]),
          browser.version(),
        );
      } finally {
        await browser.close();
      }
    });
  },
};

function resultOf(
  loads: readonly FirstLoad[],
  scores: ReadonlyMap<string, Scores>,
  versions: Readonly<Record<string, string>>,
  chromiumVersion: string,
): Awaited<ReturnType<Bench["measure"]>> {
  const median = (of: keyof FirstLoad): number => medianOf(loads.map((load) => load[of]));
  const best = (of: keyof FirstLoad): number => Math.min(...loads.map((load) => load[of]));
  const row = (metric: string, unit: string, value: number, least = value): BenchRow => ({
    subject: "dashboard",
    metric,
    unit,
    median: value,
    best: least,
    ratio: 1,
  });
  const all = [...scores.values()];
  const worst = (of: Exclude<keyof Scores, "lost">): number =>
    Math.min(...all.map((one) => one[of]));
  const worsts = [
    worst("performance"),
    worst("accessibility"),
    worst("bestPractices"),
    worst("seo"),
  ];
  const paints = [median("fcpMs"), median("lcpMs")];
  return {
    versions: { ...versions, chromium: chromiumVersion },
    rows: [
      row("first contentful paint", "ms", median("fcpMs"), best("fcpMs")),
      row("largest contentful paint", "ms", median("lcpMs"), best("lcpMs")),
      row("layout shift", "score", median("layoutShift"), best("layoutShift")),
      row("blocking time", "ms", median("blockingMs"), best("blockingMs")),
      ...[...scores].flatMap(([path, score]) => [
        row(`Lighthouse performance of ${path}`, "points", score.performance),
        row(
          `Lighthouse, the least of the others, of ${path}`,
          "points",
          Math.min(score.accessibility, score.bestPractices, score.seo),
        ),
      ]),
    ],
    verdict: {
      goal: `slow 4G, CPU ÷ 4, median of ${LOADS}: FCP and LCP ≤ ${GOAL.paintMs} ms, CLS ${GOAL.layoutShift}, TBT ≤ ${GOAL.blockingMs} ms; Lighthouse mobile ≥ ${GOAL.performance} / ${GOAL.others} / ${GOAL.others} / ${GOAL.others} on each of ${scores.size} pages`,
      value: `FCP ${median("fcpMs").toFixed(0)} ms, LCP ${median("lcpMs").toFixed(0)} ms, CLS ${median("layoutShift").toFixed(3)}, TBT ${median("blockingMs").toFixed(0)} ms; worst scores ${worsts.join(" / ")}`,
      met:
        paints.every((ms) => ms <= GOAL.paintMs) &&
        median("layoutShift") <= GOAL.layoutShift &&
        median("blockingMs") <= GOAL.blockingMs &&
        worst("performance") >= GOAL.performance &&
        worsts.slice(1).every((score) => score >= GOAL.others),
    },
  };
}

function textOf({ performance, accessibility, bestPractices, seo, lost }: Scores): string {
  const why = lost.length === 0 ? "" : ` (${lost.join(", ")})`;
  return `${performance} / ${accessibility} / ${bestPractices} / ${seo}${why}`;
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
