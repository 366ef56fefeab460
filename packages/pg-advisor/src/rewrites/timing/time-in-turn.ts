import type { RunContext } from "../../context.ts";
import type { Round } from "../../proof/bootstrap.ts";
import type { Schedule } from "../../proof/schedule.ts";
import type { LabSession } from "../../proof/session.ts";

/** A statement with its values, sent once. */
export interface Call {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** The same question asked in both ways: each may take several calls. */
export interface Trial {
  readonly before: readonly Call[];
  readonly after: readonly Call[];
}

type Way = keyof Trial;

const BOTH: readonly Way[] = ["before", "after"];

/** Runs both ways in rounds, in an order drawn for each; a round takes the next trial. */
export async function timeInTurn(
  session: LabSession,
  trials: readonly Trial[],
  { rounds, callsPerRound, warmUp }: Schedule,
  context: RunContext,
  ways: readonly Way[] = BOTH,
): Promise<readonly Round[]> {
  const timed: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const took: Record<Way, number[]> = { before: [], after: [] };
    const trial = trials[round % Math.max(trials.length, 1)];
    for (const way of context.random.shuffle(ways)) {
      const calls = trial?.[way] ?? [];
      if (warmUp === "call") await msOf(session, calls);
      for (let call = 0; call < callsPerRound; call += 1) {
        took[way].push(await msOf(session, calls));
      }
    }
    timed.push(took);
    context.onProgress({
      activity: "timing both ways",
      done: round + 1,
      total: rounds,
      unit: "rounds",
    });
  }
  return timed;
}

/** One after the other, as code that waits for each answer does. */
async function msOf(session: LabSession, calls: readonly Call[]): Promise<number> {
  let ms = 0;
  for (const { text, values } of calls) ms += (await session.run(text, values)).ms;
  return ms;
}
