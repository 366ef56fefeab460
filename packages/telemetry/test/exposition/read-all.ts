import { type ExposeOptions, exposeMetrics, type Registry } from "@streamgate/telemetry";

/** A whole scrape as text. */
export async function readAll(registry: Registry, options: ExposeOptions = {}): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of exposeMetrics(registry, options)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
