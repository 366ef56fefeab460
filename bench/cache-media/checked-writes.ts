import type { Population } from "../../examples/media/src/population/population.ts";
import { ask } from "./ask.ts";

/** A write with the question that shows whether it is seen. */
export interface CheckedWrite {
  readonly kind: string;
  /** Whether its answer waits for all processes, so that no old answer may come from any. */
  readonly isAwaitedEverywhere: boolean;
  /** False where it was refused. */
  write(url: string): Promise<boolean>;
  /** Whether this process answers by what was written. */
  isSeen(url: string): Promise<boolean>;
}

/** Irrational, so that turns never fall into step with ranks. */
const GOLDEN = 0.618_033_988_7;
/** Of the popularity: the traffic reads these meanwhile. */
const POPULAR = 0.3;
const EVENT_CONTENTS = 50;
const KEYWORD_OWNERS = 20;
const DAY_MS = 86_400_000;

/** One write of each kind in turns, each of them new; it goes on over all forms of the API, as their database does. */
export class CheckedWrites {
  private made = 0;
  /** Who holds a token now, where it was handed over. */
  private readonly holders = new Map<number, number>();
  /** By owner. The traffic sends no shares. */
  private readonly sharesSent = new Map<number, number>();
  private readonly population: Population;

  constructor(population: Population) {
    this.population = population;
  }

  next(): CheckedWrite {
    const number = this.made;
    this.made += 1;
    switch (number % 5) {
      case 0:
        return this.changeContent(number);
      case 1:
        return this.changeProfile(number);
      case 2:
        return this.handTokenOver(number);
      case 3:
        return this.changeKeyword(number);
      default:
        return this.sendEvent(number);
    }
  }

  private changeContent(number: number): CheckedWrite {
    const { population } = this;
    const id = this.popular(number);
    const title = `Checked ${number}.`;
    const wallet = population.walletOf(population.ownerOfContent(id));
    const body = { title, description: "rewritten", status: "published" };
    return {
      kind: "content",
      isAwaitedEverywhere: true,
      write: async (url) =>
        (await ask(url, { method: "PUT", path: `/content/${id}`, wallet, body })).status === 200,
      isSeen: async (url) => (await ask(url, { path: `/content/${id}` })).text.includes(title),
    };
  }

  /** Read where the name stands in another answer than the user's own. */
  private changeProfile(number: number): CheckedWrite {
    const { population } = this;
    const id = this.popular(number);
    const owner = population.ownerOfContent(id);
    const displayName = `Renamed ${number}.`;
    const wallet = population.walletOf(owner);
    const body = { displayName, plan: "studio" };
    return {
      kind: "profile",
      isAwaitedEverywhere: true,
      write: async (url) =>
        (await ask(url, { method: "PUT", path: `/users/${owner}`, wallet, body })).status === 200,
      isSeen: async (url) =>
        (await ask(url, { path: `/content/${id}` })).text.includes(displayName),
    };
  }

  /** Who may watch, asked as both. */
  private handTokenOver(number: number): CheckedWrite {
    const { population } = this;
    const id = this.lateToken(number);
    const seller = this.holders.get(id) ?? population.holderOfContent(id);
    const [one, other] = [population.collectorId(1), population.collectorId(2)];
    const buyer = seller === one ? other : one;
    const contract = population.contractOf(population.ownerOfContent(id));
    const transfers = `/contracts/${contract}/tokens/${id}/transfers`;
    const statusFor = async (url: string, user: number): Promise<number> => {
      const wallet = population.walletOf(user);
      return (await ask(url, { path: `/streams/${id}/manifest.m3u8`, wallet })).status;
    };
    return {
      kind: "token",
      isAwaitedEverywhere: true,
      write: async (url) => {
        const wallet = population.walletOf(seller);
        const body = { buyerId: buyer };
        const { status } = await ask(url, { method: "POST", path: transfers, wallet, body });
        if (status === 201) this.holders.set(id, buyer);
        return status === 201;
      },
      isSeen: async (url) =>
        (await statusFor(url, seller)) === 403 && (await statusFor(url, buyer)) === 200,
    };
  }

  private changeKeyword(number: number): CheckedWrite {
    const { population } = this;
    const rank = number % KEYWORD_OWNERS;
    const owner = population.creatorId(rank);
    const phrase = `keyword${number}x`;
    const path = `/users/${owner}/keywords/${population.keywordsOf(rank).firstId}`;
    const wallet = population.walletOf(owner);
    const question = {
      method: "POST",
      path: `/users/${owner}/keyword-matches`,
      body: { text: `one ${phrase} here` },
    } as const;
    return {
      kind: "keyword",
      isAwaitedEverywhere: true,
      write: async (url) =>
        (await ask(url, { method: "PUT", path, wallet, body: { phrase } })).status === 200,
      isSeen: async (url) => (await ask(url, question)).text.includes(phrase),
    };
  }

  private sendEvent(number: number): CheckedWrite {
    const contentId = this.popular(number % EVENT_CONTENTS);
    const owner = this.population.ownerOfContent(contentId);
    const expected = (this.sharesSent.get(owner) ?? 0) + 1;
    const path = `/users/${owner}/statistics?from=${dayFromNow(-1)}&to=${dayFromNow(2)}`;
    return {
      kind: "events",
      isAwaitedEverywhere: false,
      write: async (url) => {
        const sessionId = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
        const body = { events: [{ contentId, sessionId, kind: "share" }] };
        const { status } = await ask(url, { method: "POST", path: "/events", body });
        if (status === 202) this.sharesSent.set(owner, expected);
        return status === 202;
      },
      isSeen: async (url) => sharesIn((await ask(url, { path })).text) >= expected,
    };
  }

  private popular(number: number): number {
    for (let tries = 0; ; tries += 1) {
      const id = this.population.popularContentAt((((number + tries) * GOLDEN) % 1) * POPULAR);
      if (this.population.statusOfContent(id) === "published") return id;
    }
  }

  /** Visitors watch the first tokens of a wallet; a late one surprises nobody. */
  private lateToken(number: number): number {
    const { content } = this.population.sizes;
    for (let id = content - (number % Math.floor(content / 5)); ; id -= 1) {
      if (this.population.statusOfContent(id) === "published") return id;
    }
  }
}

/** The seeded history ends before: whatever is of these days is of this run. */
function sharesIn(text: string): number {
  const { days } = JSON.parse(text) as {
    readonly days: readonly { readonly kind: string; readonly events: number }[];
  };
  return days.reduce((sum, { kind, events }) => sum + (kind === "share" ? events : 0), 0);
}

function dayFromNow(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
}
