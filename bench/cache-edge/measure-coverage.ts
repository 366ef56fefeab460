import {
  EDGE_SERVICES,
  type EdgeService,
  encodeEdgeTags,
  purgeKeysFor,
} from "@streamgate/cache/edge";
import { type Random, seededRandom } from "@streamgate/core";
import type { BenchRow } from "../contract.ts";

const SEED = 7;
/** Tag sets by their size: from usual ones to such as no header can hold. */
const SETS = [
  { name: "1–40 tags", count: 9_000, fewest: 1, most: 40 },
  { name: "41–600 tags", count: 1_000, fewest: 41, most: 600 },
  { name: "601–4,000 tags, over 16 KB", count: 500, fewest: 601, most: 4_000 },
] as const;
/** Tags that no page has, purged to see what is purged in vain. */
const STRANGERS_A_SET = 40;

const CASELESS: ReadonlySet<EdgeService> = new Set(["cloudflare", "cloudfront"]);
const SEPARATORS = { varnish: " ", fastly: " ", cloudflare: ",", cloudfront: ",", akamai: "," };

/** What purges by tag find and what they purge in vain, in five encodings. */
export interface Coverage {
  readonly rows: readonly BenchRow[];
  readonly purges: number;
  readonly underPurged: number;
}

export function measureCoverage(tell: (line: string) => void): Coverage {
  const random = seededRandom(SEED);
  const rows: BenchRow[] = [];
  let purges = 0;
  let underPurged = 0;
  for (const { name, count, fewest, most } of SETS) {
    tell(`encoding ${count} tag sets of ${name} for ${EDGE_SERVICES.length} services`);
    const found = new Map(EDGE_SERVICES.map((service) => [service, { missed: 0, inVain: 0 }]));
    for (let set = 0; set < count; set += 1) {
      const size = fewest + random.integer(most - fewest + 1);
      const tags = Array.from({ length: size }, () => randomTag(random));
      const strangers = Array.from({ length: STRANGERS_A_SET }, () => `stranger:${random.next()}`);
      purges += tags.length * EDGE_SERVICES.length;
      for (const [service, counts] of found) {
        const page = readHeader(service, tags);
        counts.missed += tags.filter((tag) => !isPurged(service, page, tag)).length;
        counts.inVain += strangers.filter((tag) => isPurged(service, page, tag)).length;
      }
    }
    for (const [service, { missed, inVain }] of found) {
      underPurged += missed;
      rows.push(shareRow(service, `pages under-purged, ${name}`, "pages", missed));
      const share = (100 * inVain) / (count * STRANGERS_A_SET);
      rows.push(shareRow(service, `over-purged, ${name}`, "%", share));
    }
  }
  return { rows, purges, underPurged };
}

function shareRow(subject: string, metric: string, unit: string, value: number): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio: 1 };
}

const RESOURCES = ["user", "@user", "#content", "Collection", "nft token", "Schlüssel", "a,b", "_"];

/** Mostly plain tags; some with capitals, spaces, other alphabets, and some too long for a key. */
function randomTag(random: Random): string {
  const tag = `${random.pick(RESOURCES)}:${random.integer(1_000_000)}`;
  return random.next() < 0.02 ? `${tag}:${"path/segment/".repeat(20)}` : tag;
}

/** The keys as the service reads them from the header. */
function readHeader(service: EdgeService, tags: readonly string[]): ReadonlySet<string> {
  const { values } = encodeEdgeTags(service, tags);
  return new Set(
    values.flatMap((line) => line.split(SEPARATORS[service])).map((key) => asRead(service, key)),
  );
}

function isPurged(service: EdgeService, page: ReadonlySet<string>, tag: string): boolean {
  return purgeKeysFor(service, tag).some((key) => page.has(asRead(service, key)));
}

function asRead(service: EdgeService, key: string): string {
  return CASELESS.has(service) ? key.toLowerCase() : key;
}
