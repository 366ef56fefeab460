import { readFileSync } from "node:fs";
import type { Subject } from "../subject.ts";
import { fill } from "./fill.ts";

const SERIES = 10_000;
const REPEATS = 5;

/** What a scrape of 10,000 histograms does to everybody else in the process. */
export async function measureScrape(subject: Subject): Promise<Readonly<Record<string, number>>> {
  fill(subject, SERIES);
  const stalls: Stall[] = [await stallOf(subject)];
  const cpuMs: number[] = [];
  let bytes = 0;
  for (let round = 0; round < REPEATS; round += 1) {
    const before = process.cpuUsage();
    bytes = await subject.scrape();
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
    stalls.push(await stallOf(subject));
  }
  return {
    // The first one of a process, before anything is compiled, is the worst as a rule.
    stallMs: Math.max(...stalls.map(({ busyMs }) => busyMs)),
    wallStallMs: Math.max(...stalls.map(({ wallMs }) => wallMs)),
    cpuMs: cpuMs.toSorted((left, right) => left - right)[Math.floor(REPEATS / 2)] ?? 0,
    bytes,
  };
}

interface Stall {
  /** The most that the main thread computed between two turns of the loop: not what the machine's other work took from it. */
  readonly busyMs: number;
  readonly wallMs: number;
}

/** Counts turns of the event loop while a scrape goes on, and keeps the longest. */
async function stallOf(subject: Subject): Promise<Stall> {
  let isOver = false;
  let busyMs = 0;
  let wallMs = 0;
  let last = { at: performance.now(), busyMs: mainThreadMs() };
  const turn = (): void => {
    const now = { at: performance.now(), busyMs: mainThreadMs() };
    wallMs = Math.max(wallMs, now.at - last.at);
    busyMs = Math.max(busyMs, now.busyMs - last.busyMs);
    last = now;
    if (!isOver) setImmediate(turn);
  };
  turn();
  await new Promise((resolve) => setImmediate(resolve));
  await subject.scrape();
  await new Promise((resolve) => setImmediate(resolve));
  isOver = true;
  return { busyMs, wallMs };
}

/** Time on a processor of this thread alone, by Linux; else the time that passed. */
function mainThreadMs(): number {
  if (process.platform !== "linux") return performance.now();
  // Asking for it brings the kernel's account of this thread up to date, which is else a tick of 4 ms old.
  process.cpuUsage();
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1_000_000;
}
