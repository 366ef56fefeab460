// Allocates as a recorded process does, and tells how long collections held the thread. Started by replay.ts.
import { GCProfiler } from "node:v8";

interface Task {
  readonly lastingShare: number;
  readonly lifeBytes: number;
  readonly floorBytes: number;
  readonly totalBytes: number;
}

/** An object with a small array and a text, as decoded rows and parsed JSON are: about 200 bytes. */
const OBJECT_BYTES = 200;
const FIELDS = 12;

process.once("message", (task: Task) => void answer(task));

/** Replays, and tells what the collections cost; a failure ends the process, which is an answer too. */
async function answer(task: Task): Promise<void> {
  const floor = makeFloor(task.floorBytes);
  const profiler = new GCProfiler();
  profiler.start();
  const startedMs = performance.now();
  const startedCpu = process.cpuUsage();
  const held = await replay(task);
  const durationMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(startedCpu);
  // Where others hold the processors, pauses are longer by as much.
  const runningShare = Math.min(1, (user + system) / 1000 / durationMs);
  const pausesMs = profiler.stop().statistics.map(({ cost }) => (cost / 1000) * runningShare);
  const costs = {
    pausedMs: pausesMs.reduce((sum, pause) => sum + pause, 0),
    longestMs: Math.max(0, ...pausesMs),
    held: floor.length + held,
  };
  process.send?.(costs, () => process.disconnect());
}

let last: object | undefined;

/** Allocates `totalBytes`; a part of them lives for a random time, counted in allocated bytes. */
async function replay({ lastingShare, lifeBytes, totalBytes }: Task): Promise<number> {
  const lifeObjects = Math.max(1, Math.round(lifeBytes / OBJECT_BYTES));
  const slots = new Array<object | undefined>(Math.max(1, Math.round(lastingShare * lifeObjects)));
  const objects = Math.round(totalBytes / OBJECT_BYTES);
  let state = 1;
  for (let index = 0; index < objects; index += 1) {
    const made = makeObject(index);
    // What nobody could see, V8 would not allocate.
    last = made;
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const draw = (state >>> 0) / 4_294_967_296;
    // A slot is overwritten at random: what lies in it has lived for a random time.
    if (draw < lastingShare) slots[Math.floor((draw / lastingShare) * slots.length)] = made;
    if (index % 20_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return last === undefined ? 0 : slots.length;
}

function makeObject(index: number): { readonly id: number; readonly values: number[] } {
  return { id: index, values: new Array<number>(FIELDS).fill(index) };
}

function makeFloor(bytes: number): object[] {
  const kept: object[] = [];
  for (let made = 0; made < bytes; made += OBJECT_BYTES) kept.push(makeObject(made));
  return kept;
}
