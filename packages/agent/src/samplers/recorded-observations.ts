import { BoundedList } from "./bounded-list.ts";
import type { Collection, Observation, ObservationLog, Observer, Stall } from "./observation.ts";

const KEPT_OBSERVATIONS = 300;
const KEPT_MAJOR_COLLECTIONS = 500;
const KEPT_OTHER_COLLECTIONS = 500;
const KEPT_STALLS = 200;

type Timed = { readonly atMs: number };

/** The log that the samplers write and the rules read. */
export class RecordedObservations implements ObservationLog {
  private readonly kept = new BoundedList<Observation>(KEPT_OBSERVATIONS);
  private readonly majors = new BoundedList<Collection>(KEPT_MAJOR_COLLECTIONS);
  private readonly others = new BoundedList<Collection>(KEPT_OTHER_COLLECTIONS);
  private readonly keptStalls = new BoundedList<Stall>(KEPT_STALLS);
  private readonly observers = new Set<Observer>();
  private readonly onFailure: (thrown: unknown) => void;
  private last: Observation | undefined;

  /** @param onFailure told what observers throw */
  constructor(onFailure: (thrown: unknown) => void) {
    this.onFailure = onFailure;
  }

  latest(): Observation | undefined {
    return this.last;
  }

  observations(sinceMs: number = Number.NEGATIVE_INFINITY): readonly Observation[] {
    return after(this.kept.toArray(), sinceMs);
  }

  collections(sinceMs: number = Number.NEGATIVE_INFINITY): readonly Collection[] {
    const both = [...this.majors.toArray(), ...this.others.toArray()];
    return after(both, sinceMs).sort((left, right) => left.atMs - right.atMs);
  }

  stalls(sinceMs: number = Number.NEGATIVE_INFINITY): readonly Stall[] {
    return after(this.keptStalls.toArray(), sinceMs);
  }

  subscribe(observer: Observer): () => void {
    this.observers.add(observer);
    return () => {
      this.observers.delete(observer);
    };
  }

  addObservation(observation: Observation): void {
    this.kept.add(observation);
    this.last = { ...this.last, ...observation };
    this.tell((observer) => observer.onObservation?.(observation));
  }

  addCollection(collection: Collection): void {
    (collection.kind === "major" ? this.majors : this.others).add(collection);
    this.tell((observer) => observer.onCollection?.(collection));
  }

  addStall(stall: Stall): void {
    this.keptStalls.add(stall);
    this.tell((observer) => observer.onStall?.(stall));
  }

  private tell(call: (observer: Observer) => void): void {
    for (const observer of this.observers) {
      try {
        call(observer);
      } catch (thrown) {
        this.onFailure(thrown);
      }
    }
  }
}

function after<Item extends Timed>(items: readonly Item[], sinceMs: number): Item[] {
  return items.filter(({ atMs }) => atMs > sinceMs);
}
