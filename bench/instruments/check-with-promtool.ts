import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkMetricsFile } from "../../test/support/promtool.ts";
import { writeScrape } from "./run-subject.ts";

/** What promtool says of a scrape of 10,000 histograms of ours; empty where it accepts it. */
export async function checkWithPromtool(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-bench-instruments-"));
  try {
    const file = join(folder, "scrape.txt");
    await writeScrape("streamgate", file);
    return await checkMetricsFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
