import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  StoredValue,
  TierClaims,
  TierRead,
} from "../../../src/tiers/tier.ts";

/** How a call goes: through, never answered, rejected, thrown at once. */
export type Play = "well" | "silent" | "rejecting" | "throwing";
export type TierCall = "read" | "begin" | "fill" | "invalidate";

/** A real tier with a switch a call for what goes wrong, and a list of what was asked. */
export class PlayedTier implements SharedTier {
  readonly name: string;
  readonly calls: { readonly call: TierCall; readonly of: readonly string[] }[] = [];
  readonly fills: Fill[] = [];
  readonly outcomes: FillOutcome[] = [];
  play: Partial<Record<TierCall, Play>> = {};
  /** What a reader gets in the place of what the tier gives. */
  altered: (found: readonly (StoredValue | undefined)[]) => unknown = (found) => found;
  /** Before a call is passed on, and before its answer is. */
  delay: (label: string) => Promise<void> = () => Promise.resolve();
  closings = 0;
  readonly claims?: TierClaims;
  private readonly inner: SharedTier;

  constructor(inner: SharedTier, name: string = inner.name, claims?: TierClaims) {
    this.inner = inner;
    this.name = name;
    if (claims !== undefined) this.claims = claims;
  }

  /** All calls from now on. */
  playAll(play: Play): void {
    this.play = { read: play, begin: play, fill: play, invalidate: play };
  }

  count(call: TierCall): number {
    return this.calls.filter((one) => one.call === call).length;
  }

  read(reads: readonly TierRead[]): Promise<readonly (StoredValue | undefined)[]> {
    return this.pass(
      "read",
      reads.map(({ key }) => key),
      async () => this.altered(await this.inner.read(reads)) as readonly StoredValue[],
    );
  }

  begin(request: BeginRequest): Promise<Begun> {
    return this.pass("begin", [request.key], () => this.inner.begin(request));
  }

  fill(fill: Fill): Promise<FillOutcome> {
    this.fills.push(fill);
    return this.pass("fill", [fill.key], async () => {
      const outcome = await this.inner.fill(fill);
      this.outcomes.push(outcome);
      return outcome;
    });
  }

  invalidate(tags: readonly string[]): Promise<void> {
    return this.pass("invalidate", tags, () => this.inner.invalidate(tags));
  }

  async close(): Promise<void> {
    this.closings += 1;
    await this.inner.close();
  }

  private pass<Result>(
    call: TierCall,
    of: readonly string[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    this.calls.push({ call, of });
    const play = this.play[call] ?? "well";
    if (play === "throwing") throw new Error(`${this.name} throws`);
    if (play === "rejecting") return Promise.reject(new Error(`${this.name} rejects`));
    if (play === "silent") return new Promise(() => {});
    return this.delay(`${call} goes`).then(async () => {
      const result = await work();
      await this.delay(`${call} comes back`);
      return result;
    });
  }
}
