import { makeDocument, serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

const waiting = new Map<number, (answer: string) => void>();

async function askPeer(index: number): Promise<number> {
  const question = makeDocument(`question-${index}`, 30);
  const answer = await new Promise<string>((resolve) => {
    waiting.set(index, resolve);
  });
  return answer.length + question.parts.length;
}

export const subject: Subject = {
  pattern: "promises never settled",
  sites: ["askPeer"],
  run(world) {
    serveOrdinaryTraffic(world);
    const lostShare = world.between(0.2, 0.9);
    world.requests(world.betweenRatios(25, 200), (index) => {
      void askPeer(index);
      if (world.random.next() < lostShare) return;
      waiting.get(index)?.("yes");
      waiting.delete(index);
    });
  },
};
