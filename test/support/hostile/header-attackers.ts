import { type Attack, type Message, printable } from "./attack-message.ts";
import { NASTY_TEXTS } from "./nasty.ts";

const CRLF = "\r\n";

export function trickyHeaders(attack: Attack): Message {
  const { random } = attack;
  const method = random.pick(["GET", "GET", "POST", "DELETE"]);
  const path = random.pick([
    "/",
    "/api/v1/session",
    "/api/v1/tokens",
    "/api/v1/audit",
    "/api/v1/openapi.json",
    "/sign-in",
  ]);
  const junk = (): string => printable(random.pick(NASTY_TEXTS)).slice(0, 3_000);
  const sets: readonly (readonly (readonly [string, string])[])[] = [
    [
      [
        "host",
        random.pick([
          "evil.example",
          "",
          "a b",
          "127.0.0.1:99999999",
          "[::",
          "localhost@evil",
          "127.0.0.1, evil",
        ]),
      ],
    ],
    [
      ["host", `127.0.0.1:${attack.port}`],
      ["host", "evil.example"],
    ],
    [
      ["x-forwarded-host", "evil.example"],
      ["x-forwarded-for", junk()],
      ["x-forwarded-proto", junk()],
    ],
    [
      [
        "authorization",
        random.pick([
          "",
          "Bearer",
          "Bearer  ",
          "Basic YTpi",
          `Bearer ${"a".repeat(9_000)}`,
          "Bearer a b",
          junk(),
        ]),
      ],
    ],
    [
      ["authorization", "Bearer x"],
      ["authorization", `Bearer ${random.pick(attack.tokens)}`],
    ],
    [["cookie", `streamgate_session=${junk()}; __Host-streamgate_session=%`]],
    [["cookie", `streamgate-zone=${junk()}; streamgate-theme=${junk()}; streamgate-zone=%25`]],
    [["cookie", "a=b; ".repeat(1_000)]],
    [["cookie", "__proto__=x; constructor=y; =; ;;; a"]],
    [
      ["origin", junk()],
      ["sec-fetch-site", junk()],
      ["referer", junk()],
    ],
    [
      [
        "accept-encoding",
        random.pick([
          "br;q=nan",
          "*;q=-1",
          ",,,;;;",
          "gzip;".repeat(900),
          "identity;q=0, *;q=0",
          junk(),
        ]),
      ],
    ],
    [["if-none-match", random.pick(['W/"', "*,*", `"${"a".repeat(9_000)}"`, junk()])]],
    [
      ["accept", junk()],
      ["accept-language", junk()],
      ["range", "bytes=0-,-1,5-2"],
    ],
    [["expect", random.pick(["100-continue", "x", junk()])]],
    [
      ["upgrade", random.pick(["websocket", "h2c", junk()])],
      ["connection", "upgrade"],
    ],
    [["content-length", random.pick(["-1", "abc", "1e3", "99999999999999999999", " 5", "+5"])]],
    [
      ["last-event-id", junk()],
      ["x-http-method-override", "DELETE"],
      ["x-original-url", "/api/v1/tokens"],
    ],
    Array.from({ length: 300 }, (_, index) => [`x-${index}`, "y"] as const),
    [["x-large", "a".repeat(random.pick([8_000, 15_900, 17_000, 200_000]))]],
    [["x bad", "a"]],
    [["x-line", `a${CRLF} folded`]],
    [["x-nul", `a${String.fromCodePoint(0)}b`]],
  ];
  return { method, path, headers: random.pick(sets) };
}

/** What two parsers may read in two ways (RFC 9112, 11.2). */
export function smuggled(attack: Attack): Buffer {
  const { random, port } = attack;
  const host = `host: 127.0.0.1:${port}`;
  const hidden = `GET /api/v1/tokens HTTP/1.1${CRLF}${host}${CRLF}${CRLF}`;
  const head = (lines: readonly string[], end = CRLF): string =>
    `${["POST /api/v1/session HTTP/1.1", host, "content-type: application/json", ...lines].join(end)}${end}${end}`;
  const chunked = `0${CRLF}${CRLF}${hidden}`;
  return Buffer.from(
    random.pick([
      `${head(["content-length: 6", "transfer-encoding: chunked"])}${chunked}`,
      `${head(["transfer-encoding: chunked", "content-length: 6"])}${chunked}`,
      `${head(["transfer-encoding: chunked", "transfer-encoding: identity"])}${chunked}`,
      `${head(["transfer-encoding: xchunked"])}${chunked}`,
      `${head(["transfer-encoding : chunked"])}${chunked}`,
      `${head(["transfer-encoding:\tchunked"])}${chunked}`,
      `${head(["Transfer-Encoding: CHUNKED, identity"])}${chunked}`,
      `${head(["content-length: 0", "content-length: 44"])}${hidden}`,
      `${head(["content-length: 0, 44"])}${hidden}`,
      `${head(["content-length: 2"])}{}${hidden}`,
      `${head(["transfer-encoding: chunked"])}zz${CRLF}{}${CRLF}0${CRLF}${CRLF}`,
      `${head(["transfer-encoding: chunked"])}ffffffffffffffff${CRLF}{}`,
      `${head(["transfer-encoding: chunked"])}2;${"a".repeat(20_000)}${CRLF}{}${CRLF}0${CRLF}${CRLF}`,
      `${head(["transfer-encoding: chunked"])}2${CRLF}{}${CRLF}0${CRLF}x: ${"y".repeat(20_000)}${CRLF}${CRLF}`,
      `${head(["content-length: 2"], "\n")}{}`,
      `${head(["content-length: 2"], "\r")}{}`,
      `GET / HTTP/1.1${CRLF}${host}${CRLF}\t${hidden}${CRLF}${CRLF}`,
      `GET / HTTP/1.1${CRLF} ${host}${CRLF}${CRLF}`,
      `GET http://evil.example/ HTTP/1.1${CRLF}${host}${CRLF}${CRLF}`,
      hidden.repeat(20),
    ]),
    "latin1",
  );
}

export function notHttp({ random }: Attack): Buffer {
  return random.pick([
    Buffer.from("\u0016\u0003\u0001\u0002\u0000\u0001\u0000", "latin1"),
    Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    Buffer.from("GET / HTTP/9.9\r\n\r\n"),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.from("GET /\r\n\r\n"),
    Buffer.from(`${"A".repeat(100_000)}\r\n\r\n`),
    Buffer.from(Array.from({ length: 500 }, () => random.integer(256))),
    Buffer.from("SSH-2.0-x\r\n\r\n"),
  ]);
}
