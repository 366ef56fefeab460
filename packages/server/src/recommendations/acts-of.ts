import type { RecommendationAct, RecommendationState } from "@streamgate/contract";

const BY_STATE: Readonly<Record<RecommendationState, readonly RecommendationAct[]>> = {
  found: ["prove", "apply", "dismiss"],
  proven: ["prove", "apply", "dismiss"],
  "not proven": ["prove", "apply", "dismiss"],
  "harmful in the lab": ["prove", "dismiss"],
  applying: [],
  applied: ["verify", "revert"],
  verified: ["verify", "revert"],
  "no change": ["verify", "revert"],
  harmful: ["revert"],
  inconclusive: ["verify", "revert"],
  reverting: [],
  reverted: ["prove", "apply"],
  dismissed: ["restore"],
};

/** Acts that need nobody but the store. */
const ON_PAPER: ReadonlySet<RecommendationAct> = new Set<RecommendationAct>(["dismiss", "restore"]);

/** What can be done with a recommendation now. */
export function actsOf(
  state: RecommendationState,
  about: {
    /** StreamGate knows how to mend it. */
    readonly hasFix: boolean;
    /** A lab can show what it would bring: there is a fix, or another way of asking. */
    readonly isProvable: boolean;
    /** The configuration names its database. */
    readonly isReachable: boolean;
    /** A later look did not find it again. */
    readonly isGone: boolean;
  },
): readonly RecommendationAct[] {
  const canAct = about.isReachable && !about.isGone;
  return BY_STATE[state].filter(
    (act) =>
      ON_PAPER.has(act) || (canAct && (about.hasFix || (act === "prove" && about.isProvable))),
  );
}
