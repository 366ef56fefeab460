import { EventEmitter } from "node:events";
import { closeSync, mkdtempSync, open, openSync, rmSync, writeFileSync } from "node:fs";
import { open as openHandle } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { countThings } from "../../src/rules/handles/counted-things.ts";
import { createCreationSearch } from "../../src/rules/handles/creation-search.ts";
import { type CreationRecording, recordHandles } from "../../src/rules/handles/creations.ts";
import { recordFiles } from "../../src/rules/handles/file-creations.ts";
import { handleLeakRule } from "../../src/rules/handles/handle-leak.ts";
import { recordListeners } from "../../src/rules/handles/listener-creations.ts";
import { watchListeners } from "../../src/rules/handles/watched-listeners.ts";
import { ruleWorld } from "./rule-world.ts";

const nowMs = (): number => performance.now();

describe("counts of handles that only rise", () => {
  test("are a leak, with its rate and what to do", () => {
    const { findings } = runCounts((second) => ({ TCPSocketWrap: 5 + 2 * second }));
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding?.kind).toBe("handle/leak");
    expect(finding?.summary).toMatch(/^TCP sockets grow by 7\d\d\d an hour without end/);
    expect(finding?.remedy).toContain("destroy each socket");
  });

  test("are a leak within a minute, too, where they begin to rise after a quarter of an hour", () => {
    const { findings } = runCounts(
      (second) => ({ Timeout: 20 + (second % 3) + 5 * Math.max(0, second - 900) }),
      950,
    );
    expect(findings[0]?.summary).toMatch(/^Timers grow by 1[78],?\d\d\d an hour without end/);
  });

  test.each([1_830, 1_836, 1_842, 1_848])(
    "are none where a job raises them to much the same height each time, seen at %i s",
    (seconds) => {
      const { findings } = runCounts((second) => {
        // Each tenth minute forty-five seconds of work, whose timers live for half a minute.
        const inJob = second % 600;
        const timers = 20 * Math.max(0, Math.min(inJob, 30, 75 - inJob));
        return { Timeout: 20 + timers + 12 * (Math.floor(second / 600) % 3) };
      }, seconds);
      expect(findings).toEqual([]);
    },
  );

  test("are none where the load moves them", () => {
    const { findings } = runCounts((second) => ({
      TCPSocketWrap: Math.round(200 + 150 * Math.sin(second / 6)),
    }));
    expect(findings).toEqual([]);
  });

  test("are none where a pool opens its connections and is full", () => {
    const { findings } = runCounts((second) => ({ TCPSocketWrap: Math.min(50, 3 * second) }));
    expect(findings).toEqual([]);
  });

  test("are gone when the handles are closed", () => {
    const { findings } = runCounts((second) => ({
      TCPSocketWrap: second < 100 ? 5 + 2 * second : 5,
    }));
    expect(findings).toEqual([]);
  });

  test("count files apart from sockets, and clients of pools that are in use", () => {
    const things = countThings({
      atMs: 0,
      takenAtMs: 0,
      fileDescriptors: 120,
      sockets: 100,
      pools: { main: { total: 10, idle: 4, waiting: 0, max: 10 } },
    });
    expect(things.map(({ name, count, limit }) => [name, count, limit])).toEqual([
      ["files", 20, undefined],
      ["pool main", 6, 10],
    ]);
  });
});

describe("who makes what stays is seen:", () => {
  let recording: CreationRecording | undefined;
  afterEach(() => recording?.stop());

  test("timers", () => {
    recording = recordHandles("Timeout", nowMs);
    const timer = startBeat();
    clearTimeout(startBeat());
    expect(placesOf(recording)).toEqual(["startBeat"]);
    clearTimeout(timer);
    expect(placesOf(recording)).toEqual([]);

    function startBeat(): NodeJS.Timeout {
      return setTimeout(() => undefined, 60_000);
    }
  });

  test("sockets", async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    recording = recordHandles("TCPSocketWrap", nowMs);
    const kept = callPeer();
    const closed = callPeer();
    await until(() => !kept.connecting && !closed.connecting);
    closed.destroy();
    await until(() => closed.closed);
    const makers = placesOf(recording).filter((name) => name === "callPeer");
    expect(makers).toEqual(["callPeer"]);
    kept.destroy();
    server.close();

    function callPeer(): Socket {
      return connect(port, "127.0.0.1");
    }
  });

  describe("files", () => {
    let folder = "";
    let file = "";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "streamgate-rules-"));
      file = join(folder, "catalogue.json");
      writeFileSync(file, "{}");
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test("by open, openSync and the form with promises", async () => {
      recording = recordFiles(nowMs);
      const first = openNow();
      closeSync(openNow());
      const second = await promisify(open)(file, "r");
      const third = await openLater();
      expect(placesOf(recording)).toContain("openNow");
      expect(recording.alive()).toHaveLength(3);
      closeSync(first);
      closeSync(second);
      await third.close();
      expect(recording.alive()).toEqual([]);

      function openNow(): number {
        return openSync(file, "r");
      }
      function openLater(): ReturnType<typeof openHandle> {
        return openHandle(file);
      }
    });
  });

  test("listeners of an emitter", () => {
    const emitter = new EventEmitter();
    recording = recordListeners(emitter, "drain", nowMs);
    const gone = (): void => undefined;
    subscribe(gone);
    subscribe(() => undefined);
    emitter.off("drain", gone);
    expect(placesOf(recording)).toEqual(["subscribe"]);
    recording.stop();
    expect(emitter.listenerCount("newListener")).toBe(0);

    function subscribe(listener: () => void): void {
      emitter.on("drain", listener);
    }
  });

  test("listeners of an abort signal", () => {
    const { signal } = new AbortController();
    recording = recordListeners(signal, "abort", nowMs);
    subscribe();
    expect(placesOf(recording)).toEqual(["subscribe"]);
    recording.stop();
    expect(Object.hasOwn(signal, "addEventListener")).toBe(false);

    function subscribe(): void {
      signal.addEventListener("abort", () => undefined);
    }
  });

  test("and what the program does with its stacks is left as it was", () => {
    const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
    const { stackTraceLimit } = Error;
    recording = recordHandles("Timeout", nowMs);
    clearTimeout(setTimeout(() => undefined, 1));
    expect(Reflect.get(Error, "prepareStackTrace")).toBe(prepareStackTrace);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});

describe("the search for the place", () => {
  test("ends by itself, and rests where it found nothing", () => {
    const world = ruleWorld();
    const search = createCreationSearch(world);
    let recordings = 0;
    let running = 0;
    const thing = {
      name: "Thing",
      plural: "Things",
      count: 1,
      source: "test",
      remedy: "",
      record: () => {
        recordings += 1;
        running += 1;
        return recordingThatStops(() => {
          running -= 1;
        });
      },
    };
    for (let second = 0; second < 120; second += 1) {
      search.pursue([thing]);
      world.clock.advance(1000);
    }
    expect(recordings).toBe(1);
    expect(running).toBe(0);
  });

  test("ends when the growth is over", () => {
    const world = ruleWorld();
    const search = createCreationSearch(world);
    let running = 0;
    const record = (): CreationRecording => {
      running += 1;
      return recordingThatStops(() => {
        running -= 1;
      });
    };
    search.pursue([{ name: "T", plural: "Ts", count: 1, source: "", remedy: "", record }]);
    expect(running).toBe(1);
    search.pursue([]);
    expect(running).toBe(0);
  });
});

test("an emitter that Node warns of is counted, and one that is collected no more", async () => {
  const listeners = watchListeners();
  const emitter = new EventEmitter();
  for (let index = 0; index < 12; index += 1) emitter.on("drain", () => undefined);
  await until(() => listeners.count().some(({ plural }) => plural.includes('"drain"')));
  const counted = listeners.count().find(({ plural }) => plural.includes('"drain"'));
  expect(counted?.count).toBe(12);
  expect(counted?.plural).toBe('Listeners of "drain" at EventEmitter');
  listeners.stop();
  expect(listeners.count()).toEqual([]);
});

function recordingThatStops(stop: () => void): CreationRecording {
  return { alive: () => [], stop };
}

function placesOf(recording: CreationRecording): readonly string[] {
  return recording.alive().map(({ frames }) => {
    const named = frames.find(({ url }) => url.includes("handles.test"));
    return named?.functionName.split(".").at(-1) ?? "";
  });
}

/** Three minutes of a reading a second, or so long. */
function runCounts(handlesAt: (second: number) => Readonly<Record<string, number>>, seconds = 180) {
  const world = ruleWorld();
  const listeners = watchListeners();
  const rule = handleLeakRule(world, listeners);
  for (let second = 0; second < seconds; second += 1) {
    world.observe({ handles: handlesAt(second), loop: { utilization: 0.2, maxDelayMs: 1 } });
    world.clock.advance(1000);
  }
  const findings = rule.look();
  rule.stop();
  listeners.stop();
  return { findings: findings instanceof Promise ? [] : findings };
}
