import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { AlertTransition } from "../../src/alerts/transition.ts";
import { type DeskFixture, startDeskFixture, transition } from "./desk-fixture.ts";
import type { DeskProcessSettings } from "./desk-process.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const PROGRAM = fileURLToPath(new URL("desk-process.ts", import.meta.url));

let fixture: DeskFixture;
let receiver: Receiver;
const children: ChildProcess[] = [];

beforeAll(async () => {
  fixture = await startDeskFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await receiver.stop();
  await fixture.reset();
});

interface Instance {
  readonly child: ChildProcess;
  isLeading(): boolean;
  tell(...transitions: readonly AlertTransition[]): void;
}

function startInstance(): Instance {
  const settings: DeskProcessSettings = {
    database: fixture.postgres.url(),
    receiver: receiver.url,
  };
  const child = fork(PROGRAM, [JSON.stringify(settings)], {
    execArgv: ["--import", "tsx", "--conditions=source"],
  });
  children.push(child);
  let isLeading = false;
  child.on("message", (message) => {
    isLeading = (message as { readonly isLeading: boolean }).isLeading;
  });
  return {
    child,
    isLeading: () => isLeading,
    tell: (...transitions) => child.send(transitions),
  };
}

async function startPair(): Promise<{ readonly leader: Instance; readonly standby: Instance }> {
  const leader = startInstance();
  await until(() => leader.isLeading());
  const standby = startInstance();
  await once(standby.child, "message");
  return { leader, standby };
}

describe("a leader that is killed", () => {
  test("in the middle of a send is taken over: the message comes again, with the same key", async () => {
    const { leader, standby } = await startPair();
    let isHeld = true;
    receiver.answer((_, response) => {
      if (!isHeld) response.writeHead(204).end();
    });
    const event = transition();
    leader.tell(event);
    standby.tell(event);
    await until(() => receiver.requests.length === 1);
    isHeld = false;
    leader.child.kill("SIGKILL");
    await until(() => standby.isLeading());
    await until(() => receiver.requests.length === 2);
    expect(receiver.requests[1]?.headers["idempotency-key"]).toBe(
      receiver.requests[0]?.headers["idempotency-key"],
    );
    standby.tell(transition({ state: "resolved", atMs: Date.now() }));
    await until(() => receiver.notifications().length === 2);
    expect(receiver.notifications().map(({ status }) => status)).toEqual(["firing", "resolved"]);
  });

  test("before it recorded anything loses nothing: the other one saw it, too", async () => {
    const { leader, standby } = await startPair();
    leader.child.kill("SIGKILL");
    standby.tell(transition());
    await until(() => receiver.notifications().length === 1);
    expect(receiver.requests).toHaveLength(1);
  });

  test("and comes back stands by, and tells nothing again", async () => {
    const { leader, standby } = await startPair();
    const event = transition();
    leader.tell(event);
    standby.tell(event);
    await until(() => receiver.requests.length === 1);
    leader.child.kill("SIGKILL");
    await until(() => standby.isLeading());
    const again = startInstance();
    await once(again.child, "message");
    again.tell(event);
    standby.tell(transition({ state: "resolved", atMs: Date.now() }));
    await until(() => receiver.notifications().length === 2);
    expect(again.isLeading()).toBe(false);
    expect(receiver.notifications().map(({ status }) => status)).toEqual(["firing", "resolved"]);
  });
});

test("a leader that is frozen loses its session, and cannot write when it wakes up", async () => {
  const { leader, standby } = await startPair();
  leader.child.kill("SIGSTOP");
  await until(() => standby.isLeading());
  standby.tell(transition());
  await until(() => receiver.requests.length === 1);
  leader.tell(transition({ ruleName: "told-by-the-frozen-one" }));
  leader.child.kill("SIGCONT");
  await until(() => !leader.isLeading());
  const { rows } = await fixture.pool.query("select term::int from streamgate_monitor.leadership");
  expect(rows).toEqual([{ term: 2 }]);
  expect(receiver.requests).toHaveLength(1);
});
