import type { Clock } from "@streamgate/core";
import { expect, test } from "vitest";
import { tooMany } from "../../src/access/errors.ts";
import { createRemembered } from "../../src/access/remembered.ts";

function fakeClock(): Clock & { pass(ms: number): void } {
  let ms = 0;
  return {
    now: () => new Date(ms),
    monotonicMs: () => ms,
    sleep: async () => undefined,
    pass: (more) => {
      ms += more;
    },
  };
}

const open = (clock: Clock, most = 10) =>
  createRemembered<string>({ clock, freshMs: 30_000, staleMs: 900_000, most });

test("what was found is not looked for again for half a minute, and once by all who ask at once", async () => {
  const clock = fakeClock();
  const remembered = open(clock);
  let looks = 0;
  const look = async (): Promise<string> => {
    looks += 1;
    return "good";
  };
  await Promise.all([1, 2, 3].map(() => remembered.of("a", look)));
  clock.pass(29_999);
  await remembered.of("a", look);
  expect(looks).toBe(1);
  clock.pass(1);
  await remembered.of("a", look);
  expect(looks).toBe(2);
});

test("what was not found is looked for each time", async () => {
  const remembered = open(fakeClock());
  let looks = 0;
  for (let times = 0; times < 3; times += 1)
    await remembered.of("a", async () => {
      looks += 1;
      return undefined;
    });
  expect(looks).toBe(3);
});

test("what is forgotten while it is looked for is looked for again", async () => {
  const remembered = open(fakeClock());
  const found = ["good", undefined];
  const looks: (() => void)[] = [];
  const answer = remembered.of("a", async () => {
    await new Promise<void>((resolve) => looks.push(resolve));
    return found.shift();
  });
  looks[0]?.();
  remembered.forget(() => true);
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  looks[1]?.();
  expect(await answer).toBeUndefined();
});

test("what was known serves for a quarter of an hour where the source fails, but not against a refusal", async () => {
  const clock = fakeClock();
  const remembered = open(clock);
  const fail = async (): Promise<string> => {
    throw new Error("gone");
  };
  await remembered.of("a", async () => "good");
  clock.pass(800_000);
  expect(await remembered.of("a", fail)).toBe("good");
  clock.pass(2_000);
  await expect(remembered.of("a", async () => Promise.reject(tooMany("tries", 1)))).rejects.toThrow(
    /too many/,
  );
  clock.pass(100_000);
  await expect(remembered.of("a", fail)).rejects.toThrow(/gone/);
});

test("it holds so many, and forgets who was not asked for longest", async () => {
  const remembered = open(fakeClock(), 2);
  const looked: string[] = [];
  const ask = (key: string) =>
    remembered.of(key, async () => {
      looked.push(key);
      return key;
    });
  await ask("a");
  await ask("b");
  await ask("a");
  await ask("c");
  await ask("a");
  await ask("b");
  expect(looked).toEqual(["a", "b", "c", "b"]);
});
