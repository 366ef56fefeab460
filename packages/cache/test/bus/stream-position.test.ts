import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BusLoss, BusMessage } from "../../src/bus/bus.ts";
import { type StreamEntry, StreamPosition } from "../../src/bus/redis/stream-position.ts";

const LEASE_MS = 1000;

/** What a listener was told, in words. */
function listener() {
  const told: string[] = [];
  return {
    told,
    heard: (message: BusMessage) => void told.push(message.tags.join()),
    trusted: (untilMs: number) => void told.push(`trusted until ${untilMs}`),
    lost: (reason: BusLoss) => void told.push(`lost by ${reason}`),
  };
}

function entry(number: number, process = "other"): StreamEntry {
  return { number, process, said: { tags: [`m${number}`] } };
}

function openAt(last: number) {
  const hearing = listener();
  const position = new StreamPosition("me", hearing, LEASE_MS);
  position.checked({ generation: "g", last }, 0);
  hearing.told.length = 0;
  return { position, told: hearing.told };
}

describe("A position in the stream", () => {
  it("begins with a loss, since nothing before it was heard", () => {
    const hearing = listener();
    new StreamPosition("me", hearing, LEASE_MS).checked({ generation: "g", last: 7 }, 5);
    expect(hearing.told).toEqual(["lost by gap", "trusted until 1005"]);
  });

  it("gives trust only when all that the check knew of has been heard", () => {
    const { position, told } = openAt(7);
    position.checked({ generation: "g", last: 9 }, 100);
    position.read([entry(8)]);
    expect(told).toEqual(["m8"]);
    position.read([entry(9), entry(10)]);
    expect(told).toEqual(["m8", "m9", "m10", "trusted until 1100"]);
  });

  it("keeps an older promise of trust while newer checks find newer messages", () => {
    const { position, told } = openAt(0);
    position.checked({ generation: "g", last: 2 }, 100);
    position.checked({ generation: "g", last: 4 }, 350);
    position.read([entry(1), entry(2), entry(3)]);
    expect(told.at(-1)).toBe("trusted until 1100");
    position.read([entry(4)]);
    expect(told.at(-1)).toBe("trusted until 1350");
  });

  it("counts its own messages and does not hear them", () => {
    const { position, told } = openAt(0);
    position.read([entry(1, "me"), entry(2)]);
    expect(told).toEqual(["m2"]);
    expect(position.heard).toBe(2);
  });

  it("is asked for an acknowledgement by others, not by itself", () => {
    const { position } = openAt(0);
    position.read([{ number: 1, process: "me", said: "ask" }]);
    expect(position.isAsked).toBe(false);
    position.read([{ number: 2, process: "other", said: "ask" }]);
    expect(position.isAsked).toBe(true);
    position.checked({ generation: "g", last: 2 }, 1);
    expect(position.isAsked).toBe(false);
  });

  it.each<[string, StreamEntry[]]>([
    ["a missing message", [entry(9)]],
    ["a message twice", [entry(7)]],
    ["an entry that cannot be read", [{ number: 8, process: "other", said: undefined }]],
    ["a foreign id", [{ ...entry(8), number: Number.NaN }]],
  ])("breaks at %s, and the next check calls it a gap", (_, entries) => {
    const { position, told } = openAt(7);
    position.read(entries);
    expect([position.isBroken, told]).toEqual([true, []]);
    position.checked({ generation: "g", last: 12 }, 200);
    expect(told).toEqual(["lost by gap", "trusted until 1200"]);
    expect([position.isBroken, position.heard]).toEqual([false, 12]);
  });

  it("breaks when messages are known and none can be read", () => {
    const { position } = openAt(7);
    position.read([]);
    expect(position.isBroken).toBe(false);
    position.checked({ generation: "g", last: 8 }, 1);
    position.read([]);
    expect(position.isBroken).toBe(true);
  });

  it.each([
    ["another generation", { generation: "h", last: 9 }],
    ["fewer messages than were heard", { generation: "g", last: 3 }],
  ])("is lost with the generation by %s", (_, check) => {
    const { position, told } = openAt(7);
    position.checked(check, 10);
    expect(told).toEqual(["lost by generation", "trusted until 1010"]);
    expect(position.heard).toBe(check.last);
  });

  it("takes a message on which the listener chokes for lost", () => {
    const told: string[] = [];
    const position = new StreamPosition(
      "me",
      {
        heard: () => {
          throw new Error("choked");
        },
        trusted: () => {},
        lost: (reason) => void told.push(reason),
      },
      LEASE_MS,
    );
    position.checked({ generation: "g", last: 0 }, 0);
    position.read([entry(1)]);
    expect(position.isBroken).toBe(true);
    position.checked({ generation: "g", last: 1 }, 1);
    expect(told).toEqual(["gap", "gap"]);
  });
});

type Step =
  | "publish"
  | "publish mine"
  | "trim"
  | "delete the stream"
  | "flush"
  | "fail over"
  | "send"
  | "answer"
  | "lose the answer";

const STEP = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Step>("publish") },
  { weight: 12, arbitrary: fc.constant<Step>("send") },
  { weight: 12, arbitrary: fc.constant<Step>("answer") },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Step>(
      "publish mine",
      "trim",
      "delete the stream",
      "flush",
      "fail over",
      "lose the answer",
    ),
  },
);

describe("Trust, in a thousand histories of a server that forgets", () => {
  it("is never given while a message from before it was neither heard nor followed by a loss", () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 120 }), (steps) => {
        const world = simulate(steps);
        expect(world.violations).toEqual([]);
        expect(world.isTrustedInTheEnd).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

/** A server and one follower; each step takes one millisecond, and an answer shows the server as it was when asked. */
function simulate(steps: readonly Step[]) {
  let nowMs = 0;
  let server = { generation: 0, last: 0, entries: [] as StreamEntry[] };
  let replica = structuredClone(server);
  const published: { readonly tag: string; readonly atMs: number }[] = [];
  const heard = new Set<string>();
  let lostAtMs = -1;
  let lastTrustedMs = -1;
  const violations: string[] = [];
  const position = new StreamPosition(
    "me",
    {
      heard: ({ tags: [tag = ""] }) => {
        if (heard.has(tag)) violations.push(`${tag} was heard twice`);
        heard.add(tag);
      },
      lost: () => {
        lostAtMs = nowMs;
      },
      trusted: (untilMs) => {
        lastTrustedMs = nowMs;
        for (const { tag, atMs } of published)
          if (atMs < untilMs - LEASE_MS && !heard.has(tag) && lostAtMs <= atMs)
            violations.push(`${tag} was missed`);
      },
    },
    LEASE_MS,
  );
  let underWay: (() => void) | undefined;

  const publish = (process: string) => {
    server.last += 1;
    const tag = `${server.generation}/${server.last}`;
    server.entries.push({ number: server.last, process, said: { tags: [tag] } });
    if (process !== "me") published.push({ tag, atMs: nowMs });
  };
  const send = () => {
    if (underWay !== undefined) return;
    if (position.generation === undefined || position.isBroken || nowMs % 3 === 0) {
      const sentAtMs = nowMs;
      const check = { generation: String(server.generation), last: server.last };
      underWay = () => position.checked(check, sentAtMs);
    } else {
      const { heard: from } = position;
      const entries = server.entries.filter(({ number }) => number > from).slice(0, 2);
      underWay = () => position.read(entries);
    }
  };
  const actions: Record<Step, () => void> = {
    publish: () => publish("other"),
    "publish mine": () => publish("me"),
    trim: () => void server.entries.splice(0, 3),
    "delete the stream": () => void server.entries.splice(0),
    flush: () => {
      server = { generation: server.generation + 1, last: 0, entries: [] };
      replica = structuredClone(server);
    },
    "fail over": () => {
      server = { ...structuredClone(replica), generation: server.generation + 1 };
    },
    send,
    answer: () => {
      underWay?.();
      underWay = undefined;
    },
    "lose the answer": () => {
      underWay = undefined;
    },
  };
  for (const step of steps) {
    nowMs += 1;
    if (nowMs % 7 === 0) replica = structuredClone(server);
    actions[step]();
  }
  const quietSinceMs = nowMs;
  for (let round = 0; round < 400 && lastTrustedMs <= quietSinceMs; round += 1) {
    nowMs += 1;
    send();
    actions.answer();
  }
  return { violations, isTrustedInTheEnd: lastTrustedMs > quietSinceMs };
}
