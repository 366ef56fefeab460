import { afterAll, beforeAll, describe, test } from "vitest";
import {
  startTestRedis,
  startTestRedisCluster,
  type TestRedis,
  type TestRedisCluster,
} from "../../../../test/support/redis.ts";
import { tierContract } from "../../src/contract.ts";
import type { RedisClient } from "../../src/redis/client.ts";
import { CLIENT_LIBRARIES, Connections } from "./clients.ts";

let prefixes = 0;
function newPrefix(): string {
  prefixes += 1;
  return `contract-${process.pid}-${prefixes}`;
}

async function forgetEpochs(client: RedisClient, prefix: string): Promise<void> {
  const names = await client.call("KEYS", `{${prefix}}:e*`);
  if (Array.isArray(names) && names.length > 0) await client.call("DEL", ...names.map(String));
}

describe.each(CLIENT_LIBRARIES)("the Redis tier over $name", (library) => {
  let server: TestRedis;
  const connections = new Connections();
  const clients: RedisClient[] = [];
  beforeAll(async () => {
    server = await startTestRedis();
    for (let index = 0; index < 2; index += 1)
      clients.push(connections.keep(library.connect(server.port)));
  });
  afterAll(async () => {
    await connections.close();
    await server.stop();
  });

  test.concurrent.each(tierContract)("$name", async (rule) => {
    const [one, two] = clients;
    if (one === undefined || two === undefined) throw new Error("no clients");
    await rule.run(async () => {
      const prefix = newPrefix();
      const first = connections.tier(one, { prefix });
      const second = connections.tier(two, { prefix });
      return {
        views: [first, second],
        forgetEpochs: () => forgetEpochs(one, prefix),
        dispose: async () => {
          await Promise.all([first.close(), second.close()]);
        },
      };
    });
  });
});

describe.each(CLIENT_LIBRARIES)("the Redis tier on a cluster over $name", (library) => {
  let cluster: TestRedisCluster;
  const connections = new Connections();
  const clients: RedisClient[] = [];
  beforeAll(async () => {
    cluster = await startTestRedisCluster({ masters: 3 });
    const ports = cluster.nodes.map(({ port }) => port);
    for (let index = 0; index < 2; index += 1)
      clients.push(connections.keep(library.connectCluster(ports)));
  });
  afterAll(async () => {
    await connections.close();
    await cluster.stop();
  });

  test.concurrent.each(tierContract)("$name", async (rule) => {
    const [one, two] = clients;
    if (one === undefined || two === undefined) throw new Error("no clients");
    await rule.run(async () => {
      const prefix = newPrefix();
      const first = connections.tier(one, { prefix });
      const second = connections.tier(two, { prefix });
      return {
        views: [first, second],
        forgetEpochs: async () => {
          const node = await cluster.masterOf(`{${prefix}}:state`);
          const names = await cluster.command(node, "KEYS", `{${prefix}}:e*`);
          if (Array.isArray(names) && names.length > 0) await one.call("DEL", ...names.map(String));
        },
        dispose: async () => {
          await Promise.all([first.close(), second.close()]);
        },
      };
    });
  });
});
