import { connect } from "node:net";
import type { Attack } from "./attack-message.ts";
import { hostileRequest } from "./hostile-requests.ts";
import { type Judgement, judgeAnswer, type Secrets } from "./judge-answer.ts";
import { sendRaw } from "./raw-request.ts";

/** What came of many hostile requests. */
export interface AttackReport {
  readonly requests: number;
  readonly byKind: ReadonlyMap<string, number>;
  readonly byStatus: ReadonlyMap<number, number>;
  /** Answers that said that a part is not there. */
  readonly notThere: number;
  /** What should not be, with the request that did it. */
  readonly wrong: readonly {
    readonly why: string;
    readonly request: string;
    readonly answer: string;
  }[];
}

const AT_ONCE = 48;
/** Longer than the server waits for what never comes. */
const PATIENCE_MS = 60_000;
const SHOWN = 400;

export interface AttackOptions {
  /** After so long an attacker leaves without an answer, and does not mind: the server waits for more of the request. */
  readonly impatienceMs?: number;
  readonly onProgress?: (done: number) => void;
}

const FINE: Judgement = { kind: "fine" };

/** Sends so many hostile requests, some at once. */
export async function attack(
  setup: Attack,
  requests: number,
  secrets: Secrets,
  { impatienceMs, onProgress = () => undefined }: AttackOptions = {},
): Promise<AttackReport> {
  const patienceMs = impatienceMs ?? PATIENCE_MS;
  const byKind = new Map<string, number>();
  const byStatus = new Map<number, number>();
  const wrong: { why: string; request: string; answer: string }[] = [];
  let notThere = 0;
  let begun = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (begun < requests) {
      begun += 1;
      const request = hostileRequest(setup);
      const answer = await sendRaw(request, setup.port, patienceMs);
      const mayWait = answer.status === -1 && impatienceMs !== undefined;
      const judgement = mayWait ? FINE : judgeAnswer(request, answer, secrets);
      count(byKind, request.kind);
      count(byStatus, answer.status);
      if (judgement.kind === "not there") notThere += 1;
      if (judgement.kind === "wrong")
        wrong.push({
          why: `${request.kind}: ${judgement.why}`,
          request: request.bytes.toString("latin1").slice(0, SHOWN),
          answer: answer.text.slice(0, 2 * SHOWN),
        });
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { requests: done, byKind, byStatus, notThere, wrong };
}

/** Connections that send nothing, or a little now and then, and never end. */
export interface SlowConnections {
  /** How many the server has not ended yet. */
  readonly open: number;
  end(): void;
}

const SLOW_STEP_MS = 500;

/** Opens slow connections: without a word, with headers that never end, with a body that never does. */
export function openSlowConnections(port: number, count: number, token: string): SlowConnections {
  const head = `POST /api/v1/silences HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n`;
  const beginnings = [
    "",
    head,
    `${head}content-type: application/json\r\ncontent-length: 900000\r\n\r\n{`,
    `${head}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  ];
  const drops = ["", "x: y\r\n", " ", "1\r\n \r\n"];
  const sockets = Array.from({ length: count }, (_, index) => {
    const kind = index % beginnings.length;
    const socket = connect({
      host: "127.0.0.1",
      port,
      localAddress: `127.0.9.${1 + (index % 250)}`,
    });
    const drip = setInterval(() => {
      if (drops[kind] !== "") socket.write(drops[kind] ?? "");
    }, SLOW_STEP_MS);
    socket.on("error", () => undefined);
    socket.on("data", () => undefined);
    socket.on("close", () => clearInterval(drip));
    socket.write(beginnings[kind] ?? "");
    return socket;
  });
  return {
    get open() {
      return sockets.filter((socket) => !socket.destroyed).length;
    },
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
