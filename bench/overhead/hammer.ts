import { connect } from "node:net";

const CONNECTIONS = 8;

/** Asks for one path so many times over kept connections, at least cost to this side; the answers must have one length. */
export async function hammer(url: string, path: string, count: number): Promise<void> {
  let left = count;
  const { hostname, port } = new URL(url);
  const request = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n`,
  );
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      let received = "";
      const next = (): void => {
        left -= 1;
        if (left >= 0) socket.write(request);
        else socket.end(resolve);
      };
      socket.on("connect", next).on("error", reject);
      socket.on("data", (bytes) => {
        received += bytes.toString("latin1");
        if (!isWhole(received)) return;
        if (!received.startsWith("HTTP/1.1 200")) reject(new Error(received.slice(0, 100)));
        received = "";
        next();
      });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function isWhole(answer: string): boolean {
  const headEnd = answer.indexOf("\r\n\r\n");
  if (headEnd === -1) return false;
  const length = /content-length: (\d+)/i.exec(answer)?.[1] ?? "0";
  return answer.length >= headEnd + 4 + Number(length);
}
