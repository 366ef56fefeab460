import type { World } from "./world.ts";

/** The load's shape over the run, as a factor around 1. */
export type LoadShape = (seconds: number) => number;

/** A document such as an API handles; about `words` × 60 bytes of heap. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly parts: { readonly name: string; readonly at: number }[];
}

export function makeDocument(id: string, words: number): Document {
  const parts: { readonly name: string; readonly at: number }[] = [];
  for (let at = 0; at < words; at += 1) parts.push({ name: `${id}-${at}`, at });
  return { id, title: `document ${id}`, parts };
}

/** A load without rhythm, or one that swings several times a run, as the seed says. */
function chooseLoad(world: World): LoadShape {
  if (world.random.next() < 0.5) return () => 1;
  const periodSeconds = world.between(5, 14);
  const swing = world.between(0.2, 0.6);
  const phase = world.between(0, 2 * Math.PI);
  return (seconds) => 1 + swing * Math.sin((2 * Math.PI * seconds) / periodSeconds + phase);
}

/**
 * The ordinary work round a leak or in a healthy program: requests that make documents and JSON,
 * hold them while they wait for something, and let go of them.
 */
export function serveOrdinaryTraffic(world: World, load: LoadShape = chooseLoad(world)): void {
  const perSecond = world.between(150, 500);
  const words = Math.round(world.between(60, 160));
  const heldSeconds = world.between(0.1, 0.6);
  world.requests(
    (seconds) => perSecond * load(seconds),
    async (index) => {
      const document = makeDocument(`request-${index}`, words);
      const text = JSON.stringify(document);
      await world.sleep(heldSeconds * -Math.log(1 - world.random.next() * 0.99));
      return JSON.parse(text).id === document.id;
    },
  );
}
