import { createHttpSender, type HttpSender } from "./http-sender.ts";
import type { PlannedRequest, Reply } from "./planned-request.ts";
import { readServedPopulation } from "./served-population.ts";
import { SessionPool, type Turn } from "./session-pool.ts";
import { TrafficCounts, type TrafficFigures } from "./traffic-counts.ts";
import { resolveTrafficOptions, type TrafficOptions } from "./traffic-options.ts";

export interface TrafficRun {
  /** Ends the arrivals; `done` follows when the last answers are in. */
  stop(): void;
  readonly done: Promise<TrafficFigures>;
}

/** After the last arrival, answers are awaited this long. */
const LAST_ANSWERS_MS = 5_000;

const NO_REPLY: Reply = { status: 0, body: undefined };

/**
 * Sends requests at a constant rate, whether or not earlier ones are answered (an open model), so
 * that a slow API meets the load that real visitors would bring.
 *
 * @throws MediaError `MEDIA_BAD_OPTION`, `MEDIA_API_UNREACHABLE`, `MEDIA_NOT_SEEDED`
 */
export async function startTraffic(options: TrafficOptions = {}): Promise<TrafficRun> {
  const resolved = resolveTrafficOptions(options);
  const sender = createHttpSender(resolved.url);
  try {
    const population = await readServedPopulation(sender, resolved.url);
    const driver = new TrafficDriver(resolved, sender, new SessionPool(population, resolved.seed));
    return { stop: () => driver.stop(), done: driver.run().finally(() => sender.close()) };
  } catch (error) {
    sender.close();
    throw error;
  }
}

class TrafficDriver {
  private readonly overall = new TrafficCounts();
  private lastSecond = new TrafficCounts();
  private inFlight = 0;
  private readonly stopping = new AbortController();
  private readonly options: Required<TrafficOptions>;
  private readonly sender: HttpSender;
  private readonly sessions: SessionPool;

  constructor(options: Required<TrafficOptions>, sender: HttpSender, sessions: SessionPool) {
    this.options = options;
    this.sender = sender;
    this.sessions = sessions;
  }

  stop(): void {
    this.stopping.abort();
  }

  async run(): Promise<TrafficFigures> {
    const reporting = this.reportEachSecond();
    await this.arriveAtConstantRate();
    await this.awaitLastAnswers();
    clearInterval(reporting);
    return this.overall.figures();
  }

  private async arriveAtConstantRate(): Promise<void> {
    const { rate, durationSeconds } = this.options;
    const intervalMs = 1_000 / rate;
    const startMs = performance.now();
    const lastMs = startMs + durationSeconds * 1_000;
    for (let arrival = 0; !this.stopping.signal.aborted; arrival += 1) {
      const dueMs = startMs + arrival * intervalMs;
      if (dueMs >= lastMs) return;
      const early = dueMs - performance.now();
      if (early > 0) await pause(early, this.stopping.signal);
      if (!this.stopping.signal.aborted) this.arrive(dueMs);
    }
  }

  private arrive(dueMs: number): void {
    if (this.inFlight >= this.options.maxInFlight) {
      this.overall.addDropped();
      this.lastSecond.addDropped();
      return;
    }
    void this.makeRequest(this.sessions.takeTurn(), dueMs);
  }

  private async makeRequest({ session, request }: Turn, dueMs: number): Promise<void> {
    this.overall.addSent(request.isWrite);
    this.lastSecond.addSent(request.isWrite);
    this.inFlight += 1;
    const reply = await this.sender.send(request).catch(() => NO_REPLY);
    this.inFlight -= 1;
    this.countReply(request, reply, performance.now() - dueMs);
    this.sessions.answer(session, reply);
  }

  private countReply(request: PlannedRequest, reply: Reply, latencyMs: number): void {
    const isExpected = request.expected.includes(reply.status);
    this.overall.addCompleted(reply.status, isExpected, latencyMs);
    this.lastSecond.addCompleted(reply.status, isExpected, latencyMs);
  }

  private reportEachSecond(): NodeJS.Timeout {
    let second = 0;
    return setInterval(() => {
      second += 1;
      const figures = this.lastSecond.figures();
      this.lastSecond = new TrafficCounts();
      this.options.onSecond({ second, inFlight: this.inFlight, ...figures });
    }, 1_000);
  }

  private async awaitLastAnswers(): Promise<void> {
    const deadline = performance.now() + LAST_ANSWERS_MS;
    while (this.inFlight > 0 && performance.now() < deadline) await pause(10);
  }
}

/** Resolves after `ms`, or at once when the signal is aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener("abort", end);
  });
}
