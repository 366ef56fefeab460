import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const topics = new Map<string, Set<(message: string) => void>>();

function subscribe(topic: string, index: number): () => void {
  const viewer = makeDocument(`viewer-${index}`, 22);
  const receive = (message: string): void => void viewer.title.concat(message);
  const receivers = topics.get(topic) ?? new Set();
  topics.set(topic, receivers.add(receive));
  return () => receivers.delete(receive);
}

export const subject: Subject = {
  pattern: "subscriptions that some callers forget to end",
  sites: ["subscribe"],
  run(world) {
    serveOrdinaryTraffic(world);
    const forgotten = world.between(0.1, 0.6);
    world.requests(world.betweenRatios(60, 300), (index) => {
      const end = subscribe(`topic-${index % 20}`, index);
      if (world.random.next() >= forgotten) world.after(world.between(0.1, 2), end);
    });
  },
};
