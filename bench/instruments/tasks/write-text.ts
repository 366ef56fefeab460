import type { Subject } from "../subject.ts";
import { fill } from "./fill.ts";

const SERIES = 10_000;

/** What a scrape of 10,000 histograms gives, for promtool. */
export async function writeText(subject: Subject): Promise<Buffer> {
  fill(subject, SERIES);
  const parts: Buffer[] = [];
  await subject.scrape((part) => parts.push(Buffer.from(part)));
  return Buffer.concat(parts);
}
