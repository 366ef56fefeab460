import lighthouse from "lighthouse";

/** Lighthouse's scores of a page, 0 to 100. */
export interface Scores {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  readonly seo: number;
  /** What cost points: ids of audits. */
  readonly lost: readonly string[];
}

/** Runs Lighthouse as a mobile visitor. @param port of Chromium's debugger */
export async function auditPage(url: string, port: number): Promise<Scores> {
  const outcome = await lighthouse(url, { port, logLevel: "error", output: "json" });
  if (outcome === undefined) throw new Error(`Lighthouse says nothing of ${url}`);
  const { categories, audits } = outcome.lhr;
  const scoreOf = (name: string): number => Math.round((categories[name]?.score ?? 0) * 100);
  const lost = Object.values(categories).flatMap((category) =>
    category.auditRefs
      .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
      .map(({ id }) => id),
  );
  return {
    performance: scoreOf("performance"),
    accessibility: scoreOf("accessibility"),
    bestPractices: scoreOf("best-practices"),
    seo: scoreOf("seo"),
    lost,
  };
}
