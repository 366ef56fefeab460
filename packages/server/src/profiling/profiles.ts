import type { NewProfileRequest, ProfileSummary, ProfileView } from "@streamgate/contract";
import { messageOf } from "@streamgate/core";
import { askAgent } from "../agents/agent-calls.ts";
import { findProcess } from "../agents/find-process.ts";
import { conflict, notFound, unavailable } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { redact } from "../secrets/redact.ts";
import { flameTree } from "./flame-tree.ts";
import { type FlatProfile, flatCpuProfile, flatHeapProfile } from "./flat-profile.ts";
import { ProfileRecords } from "./profile-records.ts";

const DEFAULT_SECONDS = 10;
/** Encoding and sending a profile of a minute. */
const PATIENCE_MS = 30_000;
const MOST_BYTES = 32_000_000;
/** Each is parsed at once in this process. */
const MOST_AT_ONCE = 4;

/** Takes profiles of watched processes in the background, and remembers them. */
export class Profiles {
  readonly #platform: Platform;
  readonly #records: ProfileRecords;
  #underWay = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#records = new ProfileRecords(platform.tables);
  }

  list(): Promise<readonly ProfileSummary[]> {
    return this.#records.list(this.#nowMs());
  }

  /** @throws ApiRefusal 404 */
  async get(id: string): Promise<ProfileView> {
    const found = await this.#records.get(id, this.#nowMs());
    if (found === undefined) throw notFound("profile", id);
    const { profile, root } = found;
    return { profile, unit: profile.kind === "cpu" ? "µs" : "bytes", root };
  }

  /** Begins to take one. @throws ApiRefusal 404, 409 */
  async take(request: NewProfileRequest, takenBy: string): Promise<ProfileSummary> {
    const process = findProcess(this.#platform, request);
    if (this.#underWay >= MOST_AT_ONCE)
      throw conflict(`${MOST_AT_ONCE} profiles are being taken`, "wait until one is done");
    const durationMs = (request.seconds ?? DEFAULT_SECONDS) * 1_000;
    const begun = await this.#records.begin(request, durationMs, takenBy, this.#nowMs());
    if (begun === undefined)
      throw conflict(
        `a profile of ${request.instance} is being taken`,
        "wait until it is done, then take another",
      );
    this.#underWay += 1;
    void this.#finish(begun, process).finally(() => {
      this.#underWay -= 1;
    });
    this.#platform.live.changed("profiles");
    return begun;
  }

  async #finish(begun: ProfileSummary, process: WatchedProcess): Promise<void> {
    try {
      await this.#records.done(begun.id, flameTree(await this.#ask(begun, process)));
    } catch (error) {
      await this.#records.failed(begun.id, redact(messageOf(error))).catch((again: unknown) => {
        // Where the store is gone it is given up when its time is over.
        this.#platform.log(`profile ${begun.id}: ${messageOf(again)}`);
      });
    }
    this.#platform.live.changed("profiles");
  }

  async #ask(
    { kind, durationMs, instance }: ProfileSummary,
    process: WatchedProcess,
  ): Promise<FlatProfile> {
    const answer = await askAgent(process, {
      method: "POST",
      path: `/streamgate/${kind}-profile?seconds=${durationMs / 1_000}`,
      timeoutMs: durationMs + PATIENCE_MS,
      mostBytes: MOST_BYTES,
      signal: this.#platform.signal,
    });
    const flat = kind === "cpu" ? flatCpuProfile(answer) : flatHeapProfile(answer);
    if (flat !== undefined) return flat;
    throw unavailable(
      `the agent of ${instance} answered what is no profile of V8`,
      "see that it is a StreamGate agent of this version",
    );
  }

  #nowMs(): number {
    return this.#platform.clock.now().getTime();
  }
}
