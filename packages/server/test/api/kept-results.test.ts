import type { OperationId, Principal, Scope } from "@streamgate/contract";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { describedOperations, readApiDocument } from "../../src/api/api-document.ts";
import type { ApiCaller } from "../../src/api/caller.ts";
import { type KeptResults, keepResults } from "../../src/api/kept-results.ts";
import { createLiveBus, type LiveBus } from "../../src/live/live-bus.ts";

const { document } = await readApiDocument();
const operations = new Map(describedOperations(document).map((one) => [one.id, one]));
const opened: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** A caller that counts, and results of it that are kept. */
function kept(): {
  readonly results: KeptResults;
  readonly called: OperationId[];
  readonly live: LiveBus;
} {
  const called: OperationId[] = [];
  const caller = {
    call: async (id: OperationId) => {
      called.push(id);
      return { reading: called.length };
    },
  } as unknown as ApiCaller;
  const live = createLiveBus(0);
  const results = keepResults(caller, operations, live);
  opened.push(live, results);
  return { results, called, live };
}

function call(scopes: readonly Scope[] = ["read"], query: object = {}) {
  const principal: Principal = { kind: "token", name: "ana", scopes, expiresAt: null };
  return {
    parameters: {},
    query,
    body: undefined,
    principal,
    signal: new AbortController().signal,
    exchange: undefined,
  };
}

describe("results that are kept", () => {
  test("are read once for a hundred who ask the same, and apart for who asks something else", async () => {
    const { results, called } = kept();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => results.call("listAlerts", call())),
    );
    expect(new Set(answers).size).toBe(1);
    await results.call("listAlerts", call(["read"], { limit: 5 }));
    await results.call("listAlerts", call(["act"]));
    expect(called).toHaveLength(3);
  });

  test("are not for who may not see them, however often they were read", async () => {
    const { results } = kept();
    await results.call("listAuditEntries", call(["act", "read"]));
    await expect(results.call("listAuditEntries", call([]))).rejects.toThrow("scope");
    await expect(results.call("listAuditEntries", { ...call(), principal: null })).rejects.toThrow(
      "token",
    );
  });

  test("are worthless when what they tell of changes, and stay where something else does", async () => {
    const { results, called, live } = kept();
    const read = async (): Promise<void> => {
      await results.call("listAlerts", call());
      await results.call("listRoutes", call());
      await results.call("listProfiles", call());
    };
    await read();
    live.changed("alerts");
    await read();
    expect(called.slice(3)).toEqual(["listAlerts"]);
    live.changed("profiles", "jobs");
    await read();
    expect(called.slice(4)).toEqual(["listProfiles"]);
    live.changed("configuration");
    await read();
    expect(called.slice(5)).toEqual(["listAlerts", "listRoutes", "listProfiles"]);
  });

  test("are all worthless after an act", async () => {
    const { results, called } = kept();
    await results.call("listRoutes", call());
    await results.call("createSilence", call(["act"]));
    await results.call("listRoutes", call());
    expect(called).toEqual(["listRoutes", "createSilence", "listRoutes"]);
  });

  test("that are about no range are read again within seconds, for another instance may have changed them", async () => {
    const { results, called } = kept();
    // Of two that are read again and again, the one about the last hour is good for longer.
    await until(async () => {
      await results.call("listRoutes", call());
      await results.call("listAlerts", call());
      return called.length > 2;
    });
    expect(called).toEqual(["listRoutes", "listAlerts", "listAlerts"]);
  });

  test("are never those of who is signed in, which is everybody's own", async () => {
    const { results, called } = kept();
    await results.call("getSession", call());
    await results.call("getSession", call());
    expect(called).toHaveLength(2);
  });
});
