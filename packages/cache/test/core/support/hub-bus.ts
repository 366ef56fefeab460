import type { Bus, BusListener, BusLoss, BusMessage, Published } from "../../../src/bus/bus.ts";

interface Follower {
  readonly bus: HubBus;
  readonly listener: BusListener;
}

/** Waits before something happens, so that a test may order it. */
export type Delay = (label: string) => Promise<void>;

const atOnce: Delay = () => Promise.resolve();

/** What connects the buses of several caches in one process: messages reach each follower in order, each after its delay. */
export class Hub {
  readonly said: BusMessage[] = [];
  private readonly followers: Follower[] = [];
  private readonly delay: Delay;

  constructor(delay: Delay = atOnce) {
    this.delay = delay;
  }

  bus(): HubBus {
    return new HubBus(this);
  }

  follow(follower: Follower): void {
    this.followers.push(follower);
  }

  /** @returns resolves when all others have heard it */
  async publish(from: HubBus, message: BusMessage): Promise<Published> {
    this.said.push(message);
    const heard = Promise.all(
      this.followers
        .filter(({ bus }) => bus !== from)
        .map(({ bus, listener }) =>
          bus.inOrder(async () => {
            await this.delay("bus delivers");
            listener.heard(message);
          }),
        ),
    );
    await this.delay("bus publishes");
    return {
      everywhere: async () => {
        await heard;
      },
    };
  }
}

/** The bus of one cache. */
export class HubBus implements Bus {
  /** While it is set, every publication fails so. */
  failure: Error | undefined;
  /** What opening waits for. */
  opening: Promise<void> = Promise.resolve();
  private listener: BusListener | undefined;
  private last: Promise<void> = Promise.resolve();
  private readonly hub: Hub;

  constructor(hub: Hub) {
    this.hub = hub;
  }

  async open(listener: BusListener): Promise<void> {
    await this.opening;
    this.listener = listener;
    this.hub.follow({ bus: this, listener });
    listener.trusted(Number.POSITIVE_INFINITY);
  }

  async publish(message: BusMessage): Promise<Published> {
    if (this.failure !== undefined) throw this.failure;
    return this.hub.publish(this, message);
  }

  async close(): Promise<void> {}

  trust(untilMs: number): void {
    this.listener?.trusted(untilMs);
  }

  lose(reason: BusLoss): void {
    this.listener?.lost(reason);
  }

  inOrder(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work);
    return this.last;
  }
}
