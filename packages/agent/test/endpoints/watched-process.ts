import { startAgent } from "@streamgate/agent";

/** A process that watches itself, says where, and then does nothing; kept alive where it is told to. */
const agent = await startAgent({ service: "watched", environment: {} });
process.stdout.write(`${agent.url}\n`);
if (process.argv.includes("--stay")) setInterval(() => undefined, 1_000);
