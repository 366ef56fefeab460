// A process that follows in one way and measures the delay of what it hears: `node follower-process.ts PORT WAY`.
import { Redis } from "ioredis";
import { redisBus } from "../../packages/cache/src/bus/redis/redis-bus.ts";
import { CHANNEL, type FollowerReport, nowNs, PREFIX } from "./spawn-follower.ts";

const [port, way] = process.argv.slice(2);
const client = new Redis(Number(port), "127.0.0.1");
let delaysMs: number[] = [];
let cpu = process.cpuUsage();

const hear = ([sentNs = ""]: readonly string[]): void => {
  if (/^\d+$/.test(sentNs)) delaysMs.push(Number(nowNs() - BigInt(sentNs)) / 1e6);
};

if (way === "stream") {
  const bus = redisBus({ client, prefix: PREFIX });
  await bus.open({ heard: ({ tags }) => hear(tags), trusted: () => {}, lost: () => {} });
} else if (way === "pub/sub") {
  client.on("message", (_, text: string) => hear((JSON.parse(text) as { t: string[] }).t));
  await client.subscribe(CHANNEL);
}

process.on("message", () => {
  const used = process.cpuUsage(cpu);
  const report: FollowerReport = { delaysMs, cpuMs: (used.user + used.system) / 1000 };
  delaysMs = [];
  cpu = process.cpuUsage();
  process.send?.(report);
});
process.send?.("ready");
