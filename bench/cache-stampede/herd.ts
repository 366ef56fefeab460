import { HerdMember } from "./herd-member.ts";
import type { Served, Setup } from "./messages.ts";

/** What came of one key that a group of processes rushed at. */
export interface TrialResult {
  readonly processes: number;
  readonly loads: number;
  /** Of the process that loaded most often. */
  readonly mostLoadsOfProcess: number;
  readonly failures: number;
  readonly longestMs: number;
  /** Whether the first to load was killed before its load ended. */
  readonly isHolderKilled: boolean;
}

export interface TrialOptions extends Setup {
  /** Sizes of the groups of processes, each with a key of its own. */
  readonly groups: readonly number[];
  readonly callers: number;
  readonly loadMs: number;
  /** Kill the process whose loader runs first, in the middle of the load. */
  readonly killsHolder?: boolean;
  /** Called some milliseconds before the callers start. */
  readonly meanwhile?: (startMs: number) => Promise<void>;
}

/** All processes get their orders in this time; then they start at one instant. */
const NOTICE_MS = 30;

/** Processes of one contender on one Redis. */
export class Herd {
  readonly subject: string;
  readonly unhandled: string[] = [];
  readonly #members: readonly HerdMember[];
  #keys = 0;

  constructor(contender: string, processes: number) {
    this.subject = contender;
    this.#members = Array.from(
      { length: processes },
      () => new HerdMember(contender, (text) => void this.unhandled.push(text)),
    );
  }

  /** Starts who does not run; resolves when all use Redis. */
  async settle(setup: Setup): Promise<void> {
    await Promise.all(this.#members.map((member) => member.settle(setup)));
  }

  /** One key a group, at the same time; who was killed is started again by the next `settle`. */
  async trial(options: TrialOptions): Promise<readonly TrialResult[]> {
    const startMs = performance.now() + NOTICE_MS;
    const startNs = process.hrtime.bigint() + BigInt(NOTICE_MS * 1e6);
    const meanwhile = options.meanwhile?.(startMs);
    let first = 0;
    const running = options.groups.map((size) => {
      const members = this.#members.slice(first, first + size);
      first += size;
      return this.#rush(members, startNs, options);
    });
    const results = await Promise.all(running);
    await meanwhile;
    return results;
  }

  end(): void {
    for (const member of this.#members) member.kill();
  }

  async #rush(
    members: readonly HerdMember[],
    startNs: bigint,
    { redisPort, tierTimeoutMs, callers, loadMs, killsHolder = false }: TrialOptions,
  ): Promise<TrialResult> {
    this.#keys += 1;
    const key = `${this.subject}:${this.#keys}`;
    let holder: HerdMember | undefined;
    let hasHolderEnded = false;
    const rush = { redisPort, tierTimeoutMs, key, callers, loadMs, startNs: String(startNs) };
    const rushes = await Promise.all(
      members.map((member) =>
        member.rush(rush, (event) => {
          if (member === holder && event === "loaded") hasHolderEnded = true;
          if (holder !== undefined || event !== "loading") return;
          holder = member;
          if (killsHolder) setTimeout(() => killAndReplace(member), loadMs / 4);
        }),
      ),
    );
    const served = rushes.flatMap((rush): Served[] => (rush.served ? [rush.served] : []));
    const loads = rushes.map((rush) => rush.loads);
    return {
      processes: members.length,
      loads: loads.reduce((sum, some) => sum + some, 0),
      mostLoadsOfProcess: Math.max(...loads),
      failures: served.reduce((sum, { failures }) => sum + failures, 0),
      longestMs: Math.max(...served.map(({ longestMs }) => longestMs)),
      isHolderKilled: killsHolder && !hasHolderEnded,
    };
  }
}

function killAndReplace(member: HerdMember): void {
  member.kill();
  member.start().catch(() => undefined);
}
