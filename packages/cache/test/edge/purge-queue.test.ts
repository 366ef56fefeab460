import {
  createPurgeQueue,
  type PurgeEvent,
  type PurgeOutcome,
  type PurgeQueueOptions,
} from "@streamgate/cache/edge";
import { seededRandom, systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { EVERYTHING_KEY, fakePurger, hastyClock } from "./fake-purger.ts";

const LATER: PurgeOutcome = { kind: "retry", reason: "later" };

function open(options: Partial<PurgeQueueOptions> & Pick<PurgeQueueOptions, "purgers">) {
  return createPurgeQueue({
    clock: systemClock,
    random: seededRandom(1),
    windowMs: 5,
    retryMinMs: 1,
    retryMaxMs: 5,
    drainMs: 50,
    ...options,
  });
}

/** A promise and what resolves it. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let release: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { opened, open: () => release() };
}

test("tags that come together go out in one request, each once", async () => {
  const purger = fakePurger();
  const queue = await open({ purgers: [purger] });
  await Promise.all([queue.purge(["a", "b"]), queue.purge(["b", "c"]), queue.purge([])]);
  await queue.idle();
  expect(purger.requests).toEqual([["a", "b", "c"]]);
  await queue.close();
});

test("a tag that comes alone goes out at once, and those that follow it are gathered", async () => {
  const clock = hastyClock();
  const purger = fakePurger();
  const queue = await open({ purgers: [purger], clock, windowMs: 1_000 });
  await queue.submit(["a"]).done;
  await Promise.all([queue.submit(["b"]).done, queue.submit(["c"]).done]);
  expect(purger.requests).toEqual([["a"], ["b", "c"]]);
  expect(clock.slept[0]).toBe(0);
  expect(clock.slept[1]).toBeGreaterThan(0);
  await queue.close();
});

test("a request holds no more than the service takes", async () => {
  const purger = fakePurger({ batch: { maxKeys: 9, maxBytes: 100_000 } });
  const small = fakePurger({ name: "small", batch: { maxKeys: 100, maxBytes: 45 } });
  const queue = await open({ purgers: [purger, small] });
  await queue.purge(["a", "b", "c", "d", "e"]);
  await queue.idle();
  expect(purger.requests).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  expect(small.requests.flat()).toEqual(["a", "b", "c", "d", "e"]);
  expect(small.requests.length).toBeGreaterThan(2);
  await queue.close();
});

test("a failed purge is made again until it is taken, and whoever waits is told then", async () => {
  const purger = fakePurger();
  const other = fakePurger({ name: "other" });
  purger.respond(() =>
    purger.requests.length < 4 ? Promise.resolve(LATER) : Promise.reject(new Error("bug")),
  );
  const events: PurgeEvent[] = [];
  const queue = await open({ purgers: [purger, other], onEvent: (event) => events.push(event) });
  const { accepted, done } = queue.submit(["a", "b"]);
  await accepted;
  await until(() => purger.requests.length > 5);
  expect(other.taken).toEqual(["a", "b"]);
  purger.recover();
  await done;
  expect(purger.taken).toEqual(["a", "b"]);
  expect(events).toContainEqual(expect.objectContaining({ kind: "retrying", reason: "bug" }));
  await queue.close();
});

test("waits grow with every failure, half of each by lot, and are as long as the service asks for", async () => {
  const clock = hastyClock();
  const purger = fakePurger();
  purger.respond(() => {
    const count = purger.requests.length;
    if (count > 8) return Promise.resolve({ kind: "purged" });
    return Promise.resolve(count === 8 ? { ...LATER, retryAfterMs: 60_000 } : LATER);
  });
  const queue = await open({ purgers: [purger], clock, retryMinMs: 100, retryMaxMs: 1_000 });
  await queue.submit(["a"]).done;
  const waits = clock.slept.slice(1);
  for (const [position, fullMs] of [100, 200, 400, 800, 1_000, 1_000, 1_000].entries()) {
    expect(waits[position]).toBeGreaterThanOrEqual(fullMs / 2);
    expect(waits[position]).toBeLessThanOrEqual(fullMs);
  }
  expect(waits[7]).toBe(60_000);
  await queue.close();
});

test("of a request that is taken in part only the rest is made again", async () => {
  const purger = fakePurger();
  purger.respond(() =>
    Promise.resolve(
      purger.requests.length === 1
        ? { kind: "partly", failedKeys: ["b"], reason: "no id" }
        : { kind: "purged" },
    ),
  );
  const queue = await open({ purgers: [purger] });
  await queue.submit(["a", "b", "c"]).done;
  expect(purger.requests).toEqual([["a", "b", "c"], ["b"]]);
  await queue.close();
});

test("a tag that is invalidated again while its purge is under way is purged again", async () => {
  const purger = fakePurger();
  const { opened, open: release } = gate();
  purger.respond(async () => {
    await opened;
    return { kind: "purged" };
  });
  const queue = await open({ purgers: [purger] });
  const first = queue.submit(["a"]);
  await until(() => purger.requests.length === 1);
  const second = queue.submit(["a"]);
  release();
  await Promise.all([first.done, second.done]);
  expect(purger.requests).toEqual([["a"], ["a"]]);
  await queue.close();
});

test("a purge is repeated once where the purger asks for it, and nobody waits for the second", async () => {
  const clock = hastyClock();
  const events: PurgeEvent[] = [];
  const purger = fakePurger({ repeatAfterMs: 1_000 });
  const queue = await open({ purgers: [purger], clock, onEvent: (event) => events.push(event) });
  await queue.submit(["a"]).done;
  await queue.idle();
  expect(purger.requests).toEqual([["a"], ["a"]]);
  expect(clock.slept.filter((ms) => ms === 1_000)).toHaveLength(1);
  expect(events.map((event) => event.kind === "purged" && event.isRepeat)).toEqual([false, true]);
  await queue.close();
});

test("what waits to be repeated is repeated at once when the queue closes", async () => {
  const purger = fakePurger({ repeatAfterMs: 3_600_000 });
  const queue = await open({ purgers: [purger], drainMs: 20_000 });
  await queue.submit(["a"]).done;
  await queue.close();
  expect(purger.requests).toEqual([["a"], ["a"]]);
});

test("a refusal is told to whoever waits, and the purge is kept until somebody mends it", async () => {
  const purger = fakePurger();
  purger.respond(() => Promise.resolve({ kind: "refused", reason: "HTTP 403" }));
  const events: PurgeEvent[] = [];
  const queue = await open({ purgers: [purger], onEvent: (event) => events.push(event) });
  await expect(queue.submit(["a"]).done).rejects.toMatchObject({
    code: "SG_CACHE_EDGE_PURGE_REFUSED",
    message: expect.stringContaining("HTTP 403"),
  });
  expect(events[0]).toMatchObject({ kind: "refused", purger: "fake" });
  purger.recover();
  await queue.idle();
  expect(purger.taken).toEqual(["a"]);
  await queue.close();
});

test("more than may wait becomes a purge of everything, and nothing is dropped", async () => {
  const purger = fakePurger();
  purger.respond(() => Promise.resolve(LATER));
  const events: PurgeEvent[] = [];
  const queue = await open({
    purgers: [purger],
    maxPendingTags: 10,
    onEvent: (event) => events.push(event),
  });
  const tickets = Array.from({ length: 30 }, (_, position) => queue.submit([`tag-${position}`]));
  expect(events).toEqual([{ kind: "escalated", purger: "fake", tags: 11 }]);
  expect(queue.pending()).toEqual({ fake: 1 });
  await until(() => purger.requests.length > 2);
  purger.recover();
  await Promise.all(tickets.map(({ done }) => done));
  expect(new Set(purger.requests.flat())).toEqual(new Set([EVERYTHING_KEY]));
  await queue.close();
});

test("everything can be purged on purpose", async () => {
  const purger = fakePurger();
  const queue = await open({ purgers: [purger] });
  await queue.purgeEverything().done;
  expect(purger.taken).toEqual([EVERYTHING_KEY]);
  await queue.close();
});

test("one dead edge holds no other up", async () => {
  const dead = fakePurger({ name: "dead" });
  dead.respond(() => new Promise(() => undefined));
  const alive = fakePurger({ name: "alive" });
  const queue = await open({ purgers: [dead, alive] });
  for (const tag of ["a", "b", "c"]) {
    await queue.purge([tag]);
    await until(() => alive.taken.includes(tag));
  }
  expect(dead.taken).toEqual([]);
});

test("a closed queue sends what waits, refuses what comes, and tells who still waits", async () => {
  const purger = fakePurger();
  const queue = await open({ purgers: [purger], windowMs: 3_600_000, drainMs: 20_000 });
  await queue.submit(["a"]).done;
  await queue.purge(["b"]);
  await queue.close();
  expect(purger.requests).toEqual([["a"], ["b"]]);
  await expect(queue.purge(["b"])).rejects.toMatchObject({ code: "SG_CACHE_EDGE_QUEUE_CLOSED" });

  const failing = fakePurger();
  failing.respond(() => Promise.resolve(LATER));
  const other = await open({ purgers: [failing] });
  const { done } = other.submit(["a"]);
  await Promise.all([other.close(), other.close()]);
  await expect(done).rejects.toMatchObject({ code: "SG_CACHE_EDGE_QUEUE_CLOSED" });
});

test.each([
  [{ windowMs: -1 }, "windowMs"],
  [{ maxPendingTags: 0 }, "maxPendingTags"],
  [{ maxRequests: 1.5 }, "maxRequests"],
  [{ purgers: [fakePurger(), fakePurger()] }, "names of their own"],
])("an option that cannot be is refused by name: %j", async (options, name) => {
  await expect(open({ purgers: [fakePurger()], ...options })).rejects.toThrow(name);
});
