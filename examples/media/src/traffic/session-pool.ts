import type { Population } from "../population/population.ts";
import { Dice } from "./dice.ts";
import type { PlannedRequest, Reply, Session } from "./planned-request.ts";
import { collectorSession } from "./sessions/collector-session.ts";
import { creatorSession } from "./sessions/creator-session.ts";
import { moderatorSession } from "./sessions/moderator-session.ts";
import { viewerSession } from "./sessions/viewer-session.ts";

/** A session with the request that it makes next. */
export interface Turn {
  readonly session: Session;
  readonly request: PlannedRequest;
}

/** Who comes, by share. */
const MIX = [
  { share: 0.5, begin: viewerSession },
  { share: 0.2, begin: creatorSession },
  { share: 0.18, begin: collectorSession },
  { share: 0.12, begin: moderatorSession },
] as const;

/** So many visitors are thinking before one of them goes on; until then new ones come. */
const THINKING_SESSIONS = 20;

/** Visits in progress: each arrival takes the next turn, each answer gives the visitor time to think. */
export class SessionPool {
  private readonly thinking: Turn[] = [];
  private begun = 0;
  private readonly population: Population;
  private readonly seed: number;

  constructor(population: Population, seed: number) {
    this.population = population;
    this.seed = seed;
  }

  takeTurn(): Turn {
    const longestThinking =
      this.thinking.length >= THINKING_SESSIONS ? this.thinking.shift() : undefined;
    return longestThinking ?? this.beginSession();
  }

  /** Hands the answer to the session, which thinks about its next request or ends. */
  answer(session: Session, reply: Reply): void {
    const step = session.next(reply);
    if (step.done !== true) this.thinking.push({ session, request: step.value });
  }

  private beginSession(): Turn {
    this.begun += 1;
    const dice = new Dice(this.seed, this.begun);
    const session = chooseVisitor(dice.uniform())(this.population, dice);
    const step = session.next();
    if (step.done === true) throw new Error("a session makes at least one request");
    return { session, request: step.value };
  }
}

function chooseVisitor(uniform: number): (typeof MIX)[number]["begin"] {
  let remaining = uniform;
  for (const { share, begin } of MIX) {
    remaining -= share;
    if (remaining < 0) return begin;
  }
  return MIX[0].begin;
}
