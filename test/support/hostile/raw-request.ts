import { connect } from "node:net";

/** Bytes that are sent to a server as they are, and how long an answer is waited for. */
export interface RawRequest {
  /** What kind of attack it is. */
  readonly kind: string;
  readonly bytes: Buffer;
  /** The loopback address that it comes from: rate limits know each as somebody else. */
  readonly from: string;
  /** Whether the answer never ends by itself: events. */
  readonly isEndless?: boolean;
}

export interface RawAnswer {
  /** The worst, where several came; 0 where the connection was closed without one, -1 where nothing came in time. */
  readonly status: number;
  /** All that came back. */
  readonly text: string;
}

const LINGER_MS = 40;
const MOST_KEPT_BYTES = 200_000;

/** Sends bytes by a connection of their own, and reads until it ends. */
export function sendRaw(
  { bytes, from, isEndless = false }: RawRequest,
  port: number,
  patienceMs: number,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ host: "127.0.0.1", port, localAddress: from });
    const finish = (hasTime: boolean): void => {
      clearTimeout(patience);
      socket.destroy();
      resolve({ status: worstStatusOf(text) ?? (hasTime ? 0 : -1), text });
    };
    const patience = setTimeout(() => finish(false), patienceMs);
    socket.on("connect", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => {
      if (text.length < MOST_KEPT_BYTES) text += chunk.toString("latin1");
      if (isEndless) setTimeout(() => finish(true), LINGER_MS);
    });
    socket.on("error", () => finish(true));
    socket.on("close", () => finish(true));
  });
}

/** One connection may bring several answers; `100 Continue` is none. */
function worstStatusOf(text: string): number | undefined {
  const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, digits]) =>
    Number(digits),
  );
  const final = statuses.filter((status) => status >= 200);
  return final.length === 0 ? undefined : Math.max(...final);
}
