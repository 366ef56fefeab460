import { connect, createServer, type Socket } from "node:net";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

export const subject: Subject = {
  pattern: "a pool that opens connections up to its bound, and closes idle ones",
  sites: [],
  async run(world) {
    serveOrdinaryTraffic(world);
    const server = createServer((socket) => socket.on("error", () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const open: Socket[] = [];
    const most = Math.round(world.between(10, 60));
    const fillSeconds = world.lengthSeconds * world.between(0.05, 0.3);
    world.every(fillSeconds / most, () => {
      if (open.length < most) open.push(connect(port, "127.0.0.1").on("error", () => {}));
      else if (world.random.next() < 0.2) open.shift()?.destroy();
    });
  },
};
