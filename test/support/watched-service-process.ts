// A service with an agent, and visitors of its own: `node watched-service-process.ts TOKEN`. `POST /fail` makes it fail, `POST /mend` ends that.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAgent } from "@streamgate/agent";

const VISIT_EVERY_MS = 30;

process.on("disconnect", () => process.exit());

let isFailing = false;
const server = createServer((request, response) => {
  if (request.method === "POST") isFailing = request.url === "/fail";
  response.statusCode = isFailing && request.method === "GET" ? 500 : 200;
  response.end("ok");
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const agent = await startAgent({
  service: "shop",
  release: "1.0.0",
  token: process.argv[2] ?? "",
  // The machine of a test is busy with others: what it finds would be about them.
  rules: false,
});
setInterval(() => {
  fetch(`${url}/orders`).then(
    (answer) => answer.text(),
    () => undefined,
  );
}, VISIT_EVERY_MS);
process.send?.({ url, agentUrl: agent.url });
