import { connect, type Socket } from "node:net";

/** Many who look on. */
export interface Viewers {
  /** Events that all of them have heard together. */
  heard(): number;
  close(): void;
}

/** Opens so many streams of live events, and reads them. */
export async function openViewers(url: string, count: number): Promise<Viewers> {
  const { hostname, port } = new URL(url);
  let heard = 0;
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) {
    const socket = connect(Number(port), hostname);
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (part: Buffer) => {
      for (let at = part.indexOf("event: "); at !== -1; at = part.indexOf("event: ", at + 1))
        heard += 1;
    });
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  }
  return {
    heard: () => heard,
    close: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
