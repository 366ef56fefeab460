import type { Progress } from "@streamgate/core";
import { STAGES, type Stage, type TurnEvent } from "../turn/events.ts";
import { type Goal, reaches } from "../turn/turn-options.ts";

/** What a job does at a moment, and how much of it is done. */
export interface JobProgress {
  readonly activity: string;
  readonly progress: number | null;
}

/** What an event of a turn says of its job; undefined where nothing. Every stage counts the same. */
export function progressOf(event: TurnEvent, goal: Goal): JobProgress | undefined {
  if (event.kind === "stage started")
    return { activity: event.stage, progress: shareDone(event.stage, goal, 0) };
  if (event.kind !== "progress") return undefined;
  const { stage, progress } = event;
  return {
    activity: `${stage}: ${progress.activity}`,
    progress: shareDone(stage, goal, shareOf(progress)),
  };
}

/** Share of one step's own progress, 0 to 1. */
export function shareOf({ done, total }: Progress): number {
  return total !== undefined && total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}

function shareDone(stage: Stage, goal: Goal, shareOfStage: number): number {
  const stages = STAGES.filter((one) => one === "observe" || reaches(goal, one));
  const at = stages.indexOf(stage);
  return at === -1 ? 0 : (at + shareOfStage) / stages.length;
}
