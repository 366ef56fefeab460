import { connect, createServer, type Socket } from "node:net";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const open: Socket[] = [];

function connectToPeer(port: number): void {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  open.push(socket);
}

export const subject: Subject = {
  pattern: "sockets never closed",
  sites: ["connectToPeer"],
  async run(world) {
    serveOrdinaryTraffic(world);
    const server = createServer((socket) => socket.on("error", () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    world.requests(world.betweenRatios(1.5, 6), () => connectToPeer(port));
  },
};
