import { BloomFilter } from "../../packages/cache/src/bloom/bloom-filter.ts";
import type { BenchRow } from "../contract.ts";
import { medianOf } from "../support/cost.ts";
import { ClassicFilter } from "./classic-filter.ts";
import type { IdSet } from "./ids.ts";

const BITS_PER_ID = 10;
const ROUNDS = 7;
const OWN = "streamgate BloomFilter";

/** Who is asked whether an id exists. */
interface Contender {
  readonly subject: string;
  readonly sizeBytes: number | undefined;
  /** How many of the ids it says may exist. */
  readonly count: (ids: readonly string[]) => number;
}

export interface Found {
  readonly rows: readonly BenchRow[];
  /** Of our filter. */
  readonly checksPerCpuSecond: number;
  readonly falsePositives: number;
}

/** Asks each contender the same ids in the same round; half of them exist. */
export function measureIdSet(ids: IdSet, tell: (line: string) => void): Found {
  const contenders = makeContenders(ids);
  const rates = new Map(contenders.map(({ subject }) => [subject, [] as number[]]));
  const mistaken = new Map<string, number>();
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { subject, count } of contenders) {
      const before = process.cpuUsage();
      const present = count(ids.present);
      const absent = count(ids.absent);
      const { user, system } = process.cpuUsage(before);
      if (present !== ids.present.length) throw new Error(`${subject} denies an id that it holds`);
      mistaken.set(subject, absent / ids.absent.length);
      const isWarmUp = round === 0;
      if (!isWarmUp)
        rates.get(subject)?.push((ids.present.length + ids.absent.length) / (user + system));
    }
  }
  tell(`${ids.kind}: ${ROUNDS} rounds of ${ids.present.length * 2} checks each`);
  const own = medianOf(rates.get(OWN) ?? []);
  const rows = contenders.flatMap(({ subject, sizeBytes }): BenchRow[] => {
    const measured = rates.get(subject) ?? [];
    const share = (mistaken.get(subject) ?? 0) * 100;
    const ownShare = (mistaken.get(OWN) ?? 0) * 100;
    return [
      {
        subject,
        metric: `checks a CPU-second, ${ids.kind}`,
        unit: "M",
        median: medianOf(measured),
        best: Math.max(...measured),
        ratio: medianOf(measured) / own,
      },
      {
        subject,
        metric: `false positives, ${ids.kind}`,
        unit: "%",
        median: share,
        best: share,
        ratio: share / ownShare,
      },
      ...(sizeBytes === undefined ? [] : [sizeRow(subject, ids, sizeBytes)]),
    ];
  });
  return { rows, checksPerCpuSecond: own, falsePositives: mistaken.get(OWN) ?? Number.NaN };
}

function makeContenders({ stored }: IdSet): readonly Contender[] {
  const own = new BloomFilter({ expectedIds: stored.length, bitsPerId: BITS_PER_ID });
  const classic = new ClassicFilter(stored.length, BITS_PER_ID);
  for (const id of stored) {
    own.add(id);
    classic.add(id);
  }
  const set = new Set(stored);
  // Each has its own loop, so that no call site sees two kinds of receivers.
  return [
    {
      subject: OWN,
      sizeBytes: own.sizeBytes,
      count: (ids) => {
        let found = 0;
        for (const id of ids) if (own.mayContain(id)) found += 1;
        return found;
      },
    },
    {
      subject: "classic filter, FNV-1a",
      sizeBytes: classic.sizeBytes,
      count: (ids) => {
        let found = 0;
        for (const id of ids) if (classic.has(id)) found += 1;
        return found;
      },
    },
    {
      subject: "Set<string>",
      sizeBytes: undefined,
      count: (ids) => {
        let found = 0;
        for (const id of ids) if (set.has(id)) found += 1;
        return found;
      },
    },
  ];
}

function sizeRow(subject: string, { kind, stored }: IdSet, sizeBytes: number): BenchRow {
  const bits = (sizeBytes * 8) / stored.length;
  return {
    subject,
    metric: `bits an id, ${kind}`,
    unit: "bits",
    median: bits,
    best: bits,
    ratio: bits / BITS_PER_ID,
  };
}
