import { join } from "node:path";
import { KeptFile } from "./linux/kept-file.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** Bytes over the network interfaces of the process's namespace: those of its container, or of the whole host. */
export function networkIoSampler({ registry, systemRoot }: SamplerContext): Sampler | undefined {
  const file = KeptFile.open(join(systemRoot, "proc/self/net/dev"));
  if (file === undefined) return undefined;
  const bytes = registry.counter({
    name: "process_network_io_bytes",
    help: "Bytes over the interfaces of the process's network namespace, loopback left out.",
    unit: "bytes",
    labelNames: ["network_io_direction"],
  });
  const received = bytes.with("receive");
  const sent = bytes.with("transmit");
  let before: ReadonlyMap<string, Traffic> | undefined;
  return {
    name: "network-io",
    intervalMs: 5_000,
    sample: () => {
      const now = trafficByInterface(file.readNow() ?? "");
      const more = moreTraffic(before ?? now, now);
      received.add(more.received);
      sent.add(more.sent);
      before = now;
      return {};
    },
    stop: () => file.close(),
  };
}

/** Bytes. */
interface Traffic {
  readonly received: number;
  readonly sent: number;
}

/** What `/proc/net/dev` says of each interface but loopback. */
export function trafficByInterface(text: string): ReadonlyMap<string, Traffic> {
  // Of a table that was cut off the last line may lack digits.
  const rows = text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      const [name, figures] = line.split(":");
      if (name === undefined || figures === undefined || name.trim() === "lo") return [];
      const columns = figures.trim().split(/\s+/).map(Number);
      return [[name.trim(), { received: columns[0] ?? 0, sent: columns[8] ?? 0 }] as const];
    });
  return new Map(rows);
}

/** What came since; an interface that is new, or counts less than before, began anew. One that has gone takes nothing away. */
export function moreTraffic(
  before: ReadonlyMap<string, Traffic>,
  now: ReadonlyMap<string, Traffic>,
): Traffic {
  const more = { received: 0, sent: 0 };
  for (const [name, traffic] of now) {
    const known = before.get(name) ?? { received: 0, sent: 0 };
    more.received += sinceThen(known.received, traffic.received);
    more.sent += sinceThen(known.sent, traffic.sent);
  }
  return more;
}

function sinceThen(before: number, now: number): number {
  return now >= before ? now - before : now;
}
