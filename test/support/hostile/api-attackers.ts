import {
  type Attack,
  encoded,
  filledIn,
  type Message,
  operationsOf,
  printable,
} from "./attack-message.ts";
import { NASTY_BODIES, NASTY_TEXTS } from "./nasty.ts";
import { valueFor } from "./schema-values.ts";

export function fuzzedBody(attack: Attack): Message {
  const { random, api } = attack;
  const operation = random.pick(
    operationsOf(attack).filter(({ requestBody }) => requestBody !== undefined),
  );
  const schema = operation.requestBody?.content["application/json"]?.schema ?? {};
  const value = valueFor(
    schema,
    api.components.schemas,
    random,
    random.pick([0, 0.05, 0.2, 0.5, 1]),
  );
  return {
    method: operation.method,
    path: filledIn(operation.path, random),
    body: JSON.stringify(value) ?? "null",
  };
}

export function brokenBody(attack: Attack): Message {
  const { random } = attack;
  const { method, path } = random.pick(operationsOf(attack).filter((one) => one.method !== "GET"));
  return {
    method,
    path: filledIn(path, random),
    body: random.pick(NASTY_BODIES),
    headers: [
      [
        "content-type",
        random.pick([
          "application/json",
          "application/json; charset=utf-16",
          'application/json;charset="',
          "text/plain",
          "text/html",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=",
          "application/merge-patch+json",
          "application/vnd.x+json",
          "x",
          "",
          "/",
          "application/json, application/json",
        ]),
      ],
    ],
  };
}

export function hugeBody(attack: Attack): Message {
  const { random } = attack;
  const { method, path } = random.pick(
    operationsOf(attack).filter(({ requestBody }) => requestBody !== undefined),
  );
  const filler = Buffer.alloc(random.pick([900_000, 1_000_001, 8_000_000]), 0x61);
  return {
    method,
    path: filledIn(path, random),
    body: Buffer.concat([Buffer.from('{"name":"'), filler, Buffer.from('"}')]),
    ...(random.integer(3) === 0
      ? {
          headers: [
            ["content-encoding", random.pick(["gzip", "br", "deflate, gzip", "x"])] as const,
          ],
        }
      : {}),
  };
}

export function fuzzedQuery(attack: Attack): Message {
  const { random } = attack;
  const { path, parameters } = random.pick(
    operationsOf(attack).filter(({ method }) => method === "GET"),
  );
  const names = parameters.filter((one) => one.in === "query").map(({ name }) => name);
  const parts = Array.from({ length: 1 + random.integer(5) }, () => {
    const name =
      names.length > 0 && random.next() < 0.8 ? random.pick(names) : random.pick(NASTY_TEXTS);
    return `${random.pick([name, `${name}[]`, `${name}[a]`, encoded(name)])}=${encoded(random.pick(NASTY_TEXTS))}`;
  });
  const wild = ["&&&===", "%", "%ff%fe", "?a=b?c=d", "a".repeat(9_000), "a=1&".repeat(2_000)];
  const query = random.next() < 0.15 ? random.pick(wild) : parts.join("&");
  return { method: "GET", path: printable(`${filledIn(path, random)}?${query}`) };
}

export function wrongToken(attack: Attack): Message {
  const { random } = attack;
  const good = random.pick(attack.tokens);
  const flipped = `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`;
  const cut = good.slice(0, 10 + random.integer(good.length - 11));
  const made = `sgt_${random
    .integer(2 ** 31)
    .toString(16)
    .padStart(16, "0")}_${"A".repeat(43)}`;
  const token = random.pick([
    flipped,
    cut,
    `${good}A`,
    good.toUpperCase(),
    made,
    "sgt_",
    "null",
    "a.b.c",
  ]);
  return {
    method: random.pick(["GET", "POST"]),
    path: random.pick(["/api/v1/tokens", "/api/v1/session", "/api/v1/audit", "/"]),
    token,
    ...(random.integer(4) === 0 ? { body: JSON.stringify({ token }) } : {}),
  };
}

export function wrongMethod(attack: Attack): Message {
  const { random } = attack;
  const { path } = random.pick(operationsOf(attack));
  return {
    method: random.pick([
      "PUT",
      "PATCH",
      "OPTIONS",
      "HEAD",
      "TRACE",
      "CONNECT",
      "PROPFIND",
      "PURGE",
      "QUERY",
      "DELETE",
      "get",
      "G\u00cbT",
      "X".repeat(300),
    ]),
    path: random.next() < 0.5 ? "/" : filledIn(path, random),
  };
}

export function wildEvents({ random }: Attack): Message {
  const id = random.pick([
    ...NASTY_TEXTS,
    "a-1",
    "-",
    "0-0",
    "1-1-1",
    "zzz-999999999999999999",
    "a-".repeat(4_000),
  ]);
  return {
    method: random.pick(["GET", "GET", "GET", "HEAD", "POST"]),
    path: random.pick(["/api/v1/events", "/api/v1/events?lastEventId=1", "/api/v1/events/"]),
    headers: [
      ["last-event-id", printable(id)],
      ["accept", "text/event-stream"],
    ],
  };
}

export function hostileForm({ random }: Attack): Message {
  const body = random.pick([
    "token=x&to=/",
    "token=x&form=y&to=//evil.example",
    "token=&form=&to=%0d%0aset-cookie:a=b",
    `token=${"a".repeat(20_000)}`,
    "__proto__[a]=b&constructor=c",
    "%",
    "&".repeat(5_000),
  ]);
  return {
    method: "POST",
    path: random.pick(["/sign-in", "/sign-in?to=//evil.example", "/sign-in/openid"]),
    token: null,
    body,
    headers: [
      [
        "content-type",
        random.pick(["application/x-www-form-urlencoded", "application/json", "text/plain"]),
      ],
      ["cookie", random.pick(["streamgate_form=y", "streamgate_form=", "a"])],
      ["origin", random.pick(["https://evil.example", "null", "http://127.0.0.1"])],
    ],
  };
}
