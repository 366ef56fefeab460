import { createServer, get } from "node:http";
import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function fetchStatus(port: number): void {
  const request = get({ port, host: "127.0.0.1", path: "/status" }, (response) => {
    response.once("readable", () => response.statusCode);
  });
  request.on("error", () => {});
}

export const subject: Subject = {
  pattern: "answers of other services that nobody reads to their end",
  sites: ["fetchStatus"],
  async run(world) {
    serveOrdinaryTraffic(world);
    const body = "x".repeat(200_000);
    const server = createServer((_request, response) => void response.end(body));
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    world.requests(world.betweenRatios(1.5, 5), () => fetchStatus(port));
  },
};
