// A process that follows a bus: `node follower-process.ts PORT PREFIX LEASE_MS`. A line of JSON tells what it was told.
import { Redis } from "ioredis";
import { redisBus } from "../../../src/bus/redis/redis-bus.ts";
import type { FollowerLine } from "./spawn-follower.ts";

const [port, prefix = "", leaseMs] = process.argv.slice(2);
const client = new Redis(Number(port), "127.0.0.1");
const bus = redisBus({ client, prefix, leaseMs: Number(leaseMs) });

let trustedUntilMs = 0;
const tell = (line: FollowerLine) => process.stdout.write(`${JSON.stringify(line)}\n`);

await bus.open({
  heard: ({ tags }) => tell({ heard: tags, wasTrusting: performance.now() < trustedUntilMs }),
  trusted: (untilMs) => {
    if (trustedUntilMs < performance.now()) tell({ trusts: true });
    trustedUntilMs = untilMs;
  },
  lost: (reason) => tell({ lost: reason }),
});
tell({ opened: true });
process.stdin.on("end", () => {
  void bus.close().then(() => client.disconnect());
});
process.stdin.resume();
