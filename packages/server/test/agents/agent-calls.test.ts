import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { askAgent, callAgent } from "../../src/agents/agent-calls.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(url: string, more: object = {}): Promise<unknown> {
  const process = { instance: "shop-1", target: { url, token: "secret-of-the-agent" } };
  return askAgent(process, {
    method: "POST",
    path: "/streamgate/gc",
    timeoutMs: 2_000,
    mostBytes: 1_000,
    signal: new AbortController().signal,
    ...more,
  });
}

test("the token and the body go along, beside where the report lies", async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push([request.url, request.headers.authorization, body]);
      response.end("{}");
    });
  });
  await ask(url, { body: { tags: ["a"] } });
  await ask(`${url}/internal/streamgate/report`);
  expect(seen).toEqual([
    ["/streamgate/gc", "Bearer secret-of-the-agent", '{"tags":["a"]}'],
    ["/internal/streamgate/gc", "Bearer secret-of-the-agent", ""],
  ]);
});

test("the token follows no redirect", async () => {
  let asked = 0;
  const elsewhere = await serve((_request, response) => {
    asked += 1;
    response.end("{}");
  });
  const url = await serve((_request, response) => {
    response.writeHead(302, { location: elsewhere }).end();
  });
  await expect(ask(url)).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining("302"),
  });
  expect(asked).toBe(0);
});

test("what an agent refuses is told with its reason, and what to do", async () => {
  const answers = new Map([
    [401, 503],
    [404, 503],
    [409, 409],
    [429, 429],
    [500, 503],
    [507, 409],
  ]);
  for (const [status, told] of answers) {
    const url = await serve((_request, response) => {
      response.writeHead(status, { "retry-after": "9" });
      response.end(JSON.stringify({ detail: "because\u001b[2J of postgres://a:hunter2@b/c" }));
    });
    const refusal = await ask(url).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: told, message: expect.stringContaining("shop-1") });
    expect(String(refusal)).not.toContain("hunter2");
    expect(String(refusal)).not.toContain("\u001b");
  }
});

test("an agent that is gone, silent, endless, cut off or no agent at all is a part that is not there", async () => {
  const gone = "http://127.0.0.1:9";
  const silent = await serve(() => undefined);
  const endless = await serve((_request, response) => {
    const timer = setInterval(() => response.write("x".repeat(500)), 5);
    response.on("close", () => clearInterval(timer));
  });
  const cutOff = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{");
    setImmediate(() => response.destroy());
  });
  const page = await serve((_request, response) => response.end("<html>"));
  for (const url of [gone, silent, endless, cutOff, page, `${page}/metrics`])
    await expect(ask(url, { timeoutMs: 300 })).rejects.toMatchObject({
      status: 503,
      code: "SG_SERVER_UNAVAILABLE",
    });
});

test("who gives up waiting gets his own reason", async () => {
  const url = await serve(() => undefined);
  const leaving = new AbortController();
  const process = { instance: "shop-1", target: { url } };
  const asking = callAgent(process, {
    method: "GET",
    path: "/",
    timeoutMs: 5_000,
    mostBytes: 10,
    signal: leaving.signal,
  });
  leaving.abort(new Error("left"));
  await expect(asking).rejects.toThrow("left");
});
