import { createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Channel } from "../../../src/notifications/channel.ts";
import { verifyWebhook } from "../../../src/notifications/channels/verify-webhook.ts";
import { webhookChannel } from "../../../src/notifications/channels/webhook.ts";
import { notification } from "../notification-fixture.ts";
import { type Receiver, startReceiver } from "../receiver.ts";
import { startTlsReceiver } from "./tls-receiver.ts";

const SECRET = "a secret of sixteen characters";
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

function channel(url: string = receiver.url): Channel {
  return webhookChannel({ name: "hook", url, secret: SECRET, allowPrivateAddresses: true });
}

const never = new AbortController().signal;

describe("a webhook", () => {
  test("carries its key and a signature that only the secret gives", async () => {
    expect(await channel().send(notification(), never)).toEqual({ outcome: "delivered" });
    const [request] = receiver.requests;
    expect(request?.headers["idempotency-key"]).toBe(notification().id);
    const signature = String(request?.headers["streamgate-signature"]);
    const body = request?.body ?? "";
    const nowMs = Date.now();
    expect(verifyWebhook(SECRET, signature, body, nowMs)).toBe(true);
    expect(verifyWebhook(SECRET, signature, `${body} `, nowMs)).toBe(false);
    expect(verifyWebhook("another secret of sixteen", signature, body, nowMs)).toBe(false);
    expect(verifyWebhook(SECRET, signature, body, nowMs + 3_600_000)).toBe(false);
    expect(verifyWebhook(SECRET, undefined, body, nowMs)).toBe(false);
    expect(verifyWebhook(SECRET, "t=x,v1=00", body, nowMs)).toBe(false);
  });

  test("has the same body at every try, so that it can be compared", async () => {
    await channel().send(notification(), never);
    await channel().send(notification(), never);
    expect(receiver.requests[0]?.body).toBe(receiver.requests[1]?.body);
    expect(JSON.parse(receiver.requests[0]?.body ?? "")).toMatchObject({ version: 1, sequence: 1 });
  });

  test("is to be sent again later where the receiver asks for it", async () => {
    receiver.answer((_, response) => response.writeHead(429, { "retry-after": "7" }).end("slow"));
    expect(await channel().send(notification(), never)).toEqual({
      outcome: "failed",
      reason: "it answered 429: slow",
      retryAfterMs: 7_000,
    });
    const inAMinute = new Date(Date.now() + 60_000).toUTCString();
    receiver.answer((_, response) => response.writeHead(503, { "retry-after": inAMinute }).end());
    const delivery = await channel().send(notification(), never);
    expect(delivery).toMatchObject({ outcome: "failed", reason: "it answered 503" });
    expect(delivery.outcome === "failed" && delivery.retryAfterMs).toBeGreaterThan(50_000);
  });

  test.each([301, 400, 401, 404, 410, 413])(
    "is refused with %i, and goes nowhere else",
    async (status) => {
      receiver.answer((_, response) =>
        response.writeHead(status, { location: `${receiver.url}/elsewhere` }).end(),
      );
      expect(await channel().send(notification(), never)).toMatchObject({ outcome: "refused" });
      expect(receiver.requests).toHaveLength(1);
    },
  );

  test("fails, and does not throw, where nobody listens, or the other side hangs up", async () => {
    expect(await channel("http://127.0.0.1:1/").send(notification(), never)).toMatchObject({
      outcome: "failed",
    });
    receiver.answer((_, response) => response.destroy());
    expect(await channel().send(notification(), never)).toMatchObject({ outcome: "failed" });
    receiver.answer((_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    });
    expect(await channel().send(notification(), never)).toMatchObject({ outcome: "failed" });
  });

  test("is given up when its time is over, whether the other side is silent or endless", async () => {
    const silent = createTcpServer((socket) => socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const inTime = AbortSignal.timeout(100);
    expect(await channel(`http://127.0.0.1:${port}/`).send(notification(), inTime)).toMatchObject({
      outcome: "failed",
      reason: `127.0.0.1:${port} did not answer in time`,
    });
    silent.close();
    receiver.answer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x".repeat(1_024)), 1);
      response.on("close", () => clearInterval(timer));
    });
    // More than 16 KiB of an answer are not read.
    expect(await channel().send(notification(), AbortSignal.timeout(5_000))).toEqual({
      outcome: "delivered",
    });
  });

  test("goes only to whom a certificate vouches for", async () => {
    const tls = await startTlsReceiver();
    const url = `https://localhost:${tls.port}/`;
    const refused = await channel(url).send(notification(), never);
    expect(refused).toMatchObject({ outcome: "refused" });
    expect(refused.outcome === "refused" && refused.reason).toMatch(/certificate/);
    const trusting = webhookChannel({
      name: "hook",
      url,
      allowPrivateAddresses: true,
      certificateAuthority: tls.certificate,
    });
    expect(await trusting.send(notification(), never)).toEqual({ outcome: "delivered" });
    const misnamed = webhookChannel({
      name: "hook",
      url: `https://127.0.0.1:${tls.port}/`,
      allowPrivateAddresses: true,
      certificateAuthority: tls.certificate,
    });
    expect(await misnamed.send(notification(), never)).toMatchObject({ outcome: "refused" });
    await tls.stop();
  });
});

describe("a webhook that may not go into one's own network", () => {
  test.each([
    "http://127.0.0.1:PORT/",
    "http://localhost:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://0x7f000001:PORT/",
    "http://2130706433:PORT/",
    "http://0.0.0.0:PORT/",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
  ])("does not reach %s", async (template) => {
    const url = template.replace("PORT", String(receiver.port));
    const guarded = webhookChannel({ name: "hook", url });
    const delivery = await guarded.send(notification(), AbortSignal.timeout(2_000));
    expect(delivery).toMatchObject({ outcome: "refused" });
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("options that cannot be", () => {
  test.each([
    [{ name: "", url: "https://a.example" }, "name of a channel"],
    [{ name: "hook", url: "ftp://a.example" }, "hook.url"],
    [{ name: "hook", url: "https://user:secret@a.example" }, "without user and password"],
    [{ name: "hook", url: "https://a.example", secret: "short" }, "hook.secret"],
  ])("%j are refused by name", (options, named) => {
    expect(() => webhookChannel(options)).toThrow(named);
  });

  test("no secret is repeated in an error", () => {
    expect(() => webhookChannel({ name: "hook", url: "https://u:topsecret@a.example" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("topsecret") }),
    );
  });
});
