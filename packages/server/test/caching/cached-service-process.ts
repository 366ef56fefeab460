// A service with a cache and an agent: `node cached-service-process.ts TOKEN INSTANCE`. `/read` reads users through the cache, `/change` makes them others.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAgent } from "@streamgate/agent";
import { createCache } from "@streamgate/cache";

process.on("disconnect", () => process.exit());

const [token = "", instance = ""] = process.argv.slice(2);
let version = 1;
// Opened before the agent: it must be found nevertheless.
const cache = createCache({ name: "shop", namespaces: { user: { ttl: "1h" } } });
const users = cache.namespace<{ id: number; version: number }>("user");
const load = async (id: string | number): Promise<{ id: number; version: number }> => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { id: Number(id), version };
};
users.warmableBy((id) => load(id), {
  targetOf: (id) => ({ id: Number(id), tags: ["team:7"] }),
});

const agent = await startAgent({ service: "shop", instance, token, rules: false });

async function read(): Promise<string> {
  for (let round = 0; round < 50; round += 1)
    for (const id of [1, 1, 1, 1, 1, 2, 3])
      await users.getOrLoad(id, () => load(id), { tags: ["team:7"] });
  return JSON.stringify({ version: (await users.get(1))?.version, warmed: users.peek(99) });
}

const server = createServer((request, response) => {
  if (request.url === "/change") version += 1;
  void read().then((answer) => response.end(answer));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
process.send?.({ url, agentUrl: agent.url });
