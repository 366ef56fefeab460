import { FAULTS, type FailingRedis, type Fault, startFailingRedis } from "./faults.ts";
import { Reader } from "./reader.ts";

/** A few reads of one cache, before a fault and under it. */
export interface FewReads {
  readonly subject: string;
  readonly fault: Fault;
  readonly healthyMs: readonly number[];
  readonly faultyMs: readonly number[];
}

const FEW = { reads: 10, everyMs: 100, patienceMs: 15_000 } as const;

/** Each cache in a process of its own, each fault on a Redis of its own, all at the same time: who hangs, hangs long. */
export async function tryFew(subjects: readonly string[]): Promise<readonly FewReads[]> {
  const failing: FailingRedis[] = [];
  const readers: Reader[] = [];
  try {
    for (const _ of FAULTS) failing.push(await startFailingRedis());
    for (const subject of subjects) readers.push(await Reader.start(subject));
    const redisPorts = failing.map(({ proxy }) => proxy.port);
    const order = { order: "try", redisPorts, ...FEW } as const;
    for (const reader of readers) {
      for (const redisPort of redisPorts)
        await reader.ask({ order: "settle", redisPort }, "settled");
    }
    const healthy = await Promise.all(readers.map((reader) => reader.ask(order, "tried")));
    await Promise.all(FAULTS.map(async (fault, index) => failing[index]?.strike(fault)));
    const faulty = await Promise.all(readers.map((reader) => reader.ask(order, "tried")));
    return subjects.flatMap((subject, number) =>
      FAULTS.map((fault, index) => ({
        subject,
        fault,
        healthyMs: healthy[number]?.readsMs[index] ?? [],
        faultyMs: faulty[number]?.readsMs[index] ?? [],
      })),
    );
  } finally {
    for (const reader of readers) reader.end();
    await Promise.all(failing.map((one) => one.stop()));
  }
}
