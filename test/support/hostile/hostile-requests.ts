import {
  brokenBody,
  fuzzedBody,
  fuzzedQuery,
  hostileForm,
  hugeBody,
  wildEvents,
  wrongMethod,
  wrongToken,
} from "./api-attackers.ts";
import type { Attack, Attacker, Message } from "./attack-message.ts";
import { notHttp, smuggled, trickyHeaders } from "./header-attackers.ts";
import { trickyPath } from "./path-attackers.ts";
import type { RawRequest } from "./raw-request.ts";

const CRLF = "\r\n";

/** How often each kind comes. */
const ATTACKERS: readonly (readonly [kind: string, weight: number, attacker: Attacker])[] = [
  ["bodies", 30, fuzzedBody],
  ["broken bodies", 8, brokenBody],
  ["huge bodies", 0.6, hugeBody],
  ["queries", 14, fuzzedQuery],
  ["paths", 12, trickyPath],
  ["headers", 10, trickyHeaders],
  ["smuggling", 6, smuggled],
  ["tokens", 8, wrongToken],
  ["methods", 4, wrongMethod],
  ["events", 4, wildEvents],
  ["forms", 3, hostileForm],
  ["not HTTP", 1.4, notHttp],
];
const WHOLE = ATTACKERS.reduce((sum, [, weight]) => sum + weight, 0);

/** One hostile request; the same seed makes the same ones. */
export function hostileRequest(attack: Attack): RawRequest {
  const { random } = attack;
  let left = random.next() * WHOLE;
  const chosen = ATTACKERS.find(([, weight]) => {
    left -= weight;
    return left < 0;
  });
  const [kind, , attacker] = chosen ?? ["bodies", 0, fuzzedBody];
  const made = attacker(attack);
  return {
    kind,
    bytes: Buffer.isBuffer(made) ? made : bytesOf(made, attack),
    from: `127.0.${1 + random.integer(4)}.${1 + random.integer(250)}`,
    ...(kind === "events" ? { isEndless: true } : {}),
  };
}

function bytesOf({ method, path, headers = [], body, token }: Message, attack: Attack): Buffer {
  const content = typeof body === "string" ? Buffer.from(body) : body;
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const good = token === undefined ? attack.random.pick(attack.tokens) : token;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(names.has("host") ? [] : [`host: 127.0.0.1:${attack.port}`]),
    ...(good === null || names.has("authorization") ? [] : [`authorization: Bearer ${good}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(content === undefined || names.has("content-length") || names.has("transfer-encoding")
      ? []
      : [`content-length: ${content.length}`]),
    ...(content === undefined || names.has("content-type")
      ? []
      : ["content-type: application/json"]),
    ...(names.has("connection") ? [] : ["connection: close"]),
  ];
  const head = Buffer.from(`${lines.join(CRLF)}${CRLF}${CRLF}`, "latin1");
  return Buffer.concat([head, content ?? Buffer.alloc(0)]);
}
