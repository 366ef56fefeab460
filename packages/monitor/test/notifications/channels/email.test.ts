import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { type EmailOptions, emailChannel } from "../../../src/notifications/channels/email.ts";
import { notification, notifiedAlert } from "../notification-fixture.ts";
import { selfSignedCertificate } from "./tls-receiver.ts";

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

interface Post {
  readonly port: number;
  readonly mails: readonly Mail[];
}

let stop: () => Promise<void> = async () => undefined;
afterEach(() => stop());

async function startPost(options: SMTPServerOptions = {}): Promise<Post> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    closeTimeout: 100,
    disabledCommands: ["STARTTLS"],
    onData: (stream, session, callback) => {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(pieces).toString("utf8"),
        });
        callback();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stop = () => new Promise((resolve) => server.close(() => resolve()));
  const address = server.server.address();
  return { port: address !== null && typeof address === "object" ? address.port : 0, mails };
}

const never = new AbortController().signal;

function channel(post: Post, overrides: Partial<EmailOptions> = {}) {
  return emailChannel({
    name: "mail",
    host: "127.0.0.1",
    port: post.port,
    allowPlaintext: true,
    from: "StreamGate <alerts@streamgate.example>",
    to: ["duty@example.com", "second@example.com"],
    ...overrides,
  });
}

function header(raw: string, name: string): string {
  const unfolded = (raw.split("\r\n\r\n")[0] ?? "").replace(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1] ?? "";
}

describe("mail", () => {
  test("arrives as text and HTML, and all of one group is one thread", async () => {
    const post = await startPost();
    await channel(post).send(notification(), never);
    await channel(post).send(notification({ sequence: 2, status: "resolved" }), never);
    const [first, second] = post.mails;
    expect(first?.to).toEqual(["duty@example.com", "second@example.com"]);
    expect(first?.raw).toContain("text/plain");
    expect(first?.raw).toContain("text/html");
    const id = header(first?.raw ?? "", "Message-ID");
    expect(id).toBe(`<${notification().thread}@streamgate.example>`);
    expect(header(second?.raw ?? "", "References")).toBe(id);
    expect(header(second?.raw ?? "", "In-Reply-To")).toBe(id);
    expect(header(second?.raw ?? "", "Auto-Submitted")).toBe("auto-generated");
  });

  test("that is sent twice has the same id and the same date", async () => {
    const post = await startPost();
    await channel(post).send(notification({ sequence: 3 }), never);
    await channel(post).send(notification({ sequence: 3 }), never);
    const [first, second] = post.mails.map(({ raw }) => [
      header(raw, "Message-ID"),
      header(raw, "Date"),
    ]);
    expect(first).toEqual(second);
  });

  test("takes nothing from an alert's text into its headers or its markup", async () => {
    const post = await startPost();
    const hostile = "x\r\nBcc: thief@example.com\r\n\r\n<script>alert(1)</script>";
    await channel(post).send(
      notification({
        title: hostile,
        alerts: [notifiedAlert({ summary: hostile, runbook: `https://a.example/"onclick="x` })],
      }),
      never,
    );
    const raw = post.mails[0]?.raw ?? "";
    expect(header(raw, "Bcc")).toBe("");
    expect(post.mails[0]?.to).toHaveLength(2);
    const html = raw.slice(raw.indexOf("text/html")).replaceAll("=\r\n", "");
    expect(html).not.toContain("<script>");
    expect(html).not.toContain('"onclick=');
  });

  test.each([
    [451, "failed"],
    [452, "failed"],
    [550, "refused"],
    [552, "refused"],
  ])("that is answered with %i is %s", async (responseCode, outcome) => {
    const post = await startPost({
      onRcptTo: (_, __, callback) => callback(Object.assign(new Error("no"), { responseCode })),
    });
    expect(await channel(post).send(notification(), never)).toMatchObject({ outcome });
  });

  test("for several of whom one is unknown reaches the others, and says so", async () => {
    const post = await startPost({
      onRcptTo: ({ address }, _, callback) =>
        callback(
          address.startsWith("second")
            ? Object.assign(new Error("no"), { responseCode: 550 })
            : null,
        ),
    });
    const delivery = await channel(post).send(notification(), never);
    expect(delivery).toMatchObject({ outcome: "delivered" });
    expect(delivery.outcome === "delivered" && delivery.receipt).toContain("second@example.com");
  });

  test("waits for a person where the password is wrong", async () => {
    const { key, certificate } = await selfSignedCertificate();
    const post = await startPost({
      secure: true,
      key,
      cert: certificate,
      authOptional: false,
      disabledCommands: [],
      onAuth: (_, __, callback) => callback(new Error("wrong password")),
    });
    const own = { host: "localhost", usesTls: true, certificateAuthority: certificate };
    const login = { ...own, user: "alerts", password: "wrong" };
    expect(await channel(post, login).send(notification(), never)).toMatchObject({
      outcome: "refused",
    });
  });

  test("does not go to a server whose certificate nobody vouches for", async () => {
    const { key, certificate } = await selfSignedCertificate();
    const post = await startPost({ secure: true, key, cert: certificate, disabledCommands: [] });
    const own = { host: "localhost", usesTls: true };
    expect(await channel(post, own).send(notification(), never)).toMatchObject({
      outcome: "refused",
    });
    expect(post.mails).toHaveLength(0);
  });

  test("does not go in the clear unless it may", async () => {
    const post = await startPost();
    const delivery = await channel(post, { allowPlaintext: false }).send(notification(), never);
    expect(delivery.outcome).not.toBe("delivered");
    expect(post.mails).toHaveLength(0);
  });

  test("is cut off when its time is over", async () => {
    const post = await startPost({ onRcptTo: () => undefined });
    expect(await channel(post).send(notification(), AbortSignal.timeout(150))).toMatchObject({
      outcome: "failed",
    });
  });

  test("fails where nobody listens", async () => {
    const delivery = await channel({ port: 1, mails: [] }).send(notification(), never);
    expect(delivery).toMatchObject({ outcome: "failed" });
  });
});

test("a sender without a domain, and nobody to send to, are refused by name", () => {
  const base = { name: "mail", host: "localhost", from: "a@b.example", to: ["c@d.example"] };
  expect(() => emailChannel({ ...base, from: "nobody" })).toThrow("mail.from");
  expect(() => emailChannel({ ...base, to: [] })).toThrow("mail.to");
});
