import type { RecommendationAct, RecommendationView } from "@streamgate/contract";
import type { JSX } from "preact";
import { Act, type ActProps } from "../../components/act.tsx";

type Wording = Pick<ActProps, "label" | "question" | "kind" | "asksReason">;

const WORDINGS: Readonly<Record<RecommendationAct, Wording>> = {
  prove: { label: "Prove", question: "Prove it in the lab?", kind: "primary" },
  apply: {
    label: "Apply",
    question: "Apply it to the database?",
    kind: "primary",
    asksReason: true,
  },
  verify: { label: "Verify again", question: "Watch production again?" },
  revert: { label: "Take back", question: "Take the fix back?", kind: "danger", asksReason: true },
  dismiss: { label: "Dismiss", question: "Dismiss this recommendation?", asksReason: true },
  restore: { label: "Restore", question: "Have this recommendation back?" },
};

const OPERATIONS = {
  prove: "proveRecommendation",
  apply: "applyRecommendation",
  verify: "verifyRecommendation",
  revert: "revertRecommendation",
  dismiss: "dismissRecommendation",
  restore: "restoreRecommendation",
} as const;

const SAID: Readonly<Record<RecommendationAct, string>> = {
  prove: "The proof has begun",
  apply: "The fix is being applied",
  verify: "Production is being watched",
  revert: "The fix is being taken back",
  dismiss: "Dismissed",
  restore: "Restored",
};

/** What can be done with it now: each asks first. */
export function RecommendationActs({ view }: { view: RecommendationView }): JSX.Element {
  const { id, target, acts, state } = view.recommendation;
  const isUnproven = state !== "proven";
  return (
    <div class="row">
      {acts.map((act) => (
        <Act
          key={act}
          {...WORDINGS[act]}
          run={async (api, fields) => {
            const reason = fields.get("reason");
            const watchMs = Number(fields.get("watchMs") ?? 0);
            await api.call(OPERATIONS[act], {
              parameters: { id },
              query: { target },
              body: {
                confirm: true,
                ...(typeof reason === "string" && reason.trim() !== "" ? { reason } : {}),
                ...(act === "apply" && isUnproven ? { allowsUnproven: true } : {}),
                ...(watchMs > 0 ? { watchMs } : {}),
              },
            });
            return SAID[act];
          }}
        >
          <Consequences act={act} view={view} />
        </Act>
      ))}
    </div>
  );
}

/** What will happen, and how it is undone. */
function Consequences({
  act,
  view,
}: {
  act: RecommendationAct;
  view: RecommendationView;
}): JSX.Element {
  const { fix } = view.finding;
  switch (act) {
    case "prove":
      return (
        <p>
          Rows are copied to a lab, and the same work is done there as it is and as it would be.
          Nothing is written to the watched database.
        </p>
      );
    case "apply":
      return (
        <>
          {view.recommendation.state === "proven" ? null : (
            <p class="notice is-warning">It was not proven. Prove it first, unless you are sure.</p>
          )}
          <p>
            {fix?.summary} Risk: {fix?.risk}, {fix?.riskReason}
          </p>
          <p>Production is watched afterwards; what makes it worse is taken back by itself.</p>
          <WatchField />
        </>
      );
    case "verify":
      return (
        <>
          <p>
            The counters of the database are compared with those before the fix. Nothing is changed.
          </p>
          <WatchField />
        </>
      );
    case "revert":
      return <p>The database is again as it was before the fix.</p>;
    case "dismiss":
      return (
        <p>
          It is left out of the open ones until somebody restores it. Nothing is changed in the
          database.
        </p>
      );
    case "restore":
      return <p>It is among the open ones again.</p>;
  }
}

const WATCHES = [
  { ms: 30_000, label: "30 seconds" },
  { ms: 120_000, label: "2 minutes" },
  { ms: 300_000, label: "5 minutes" },
  { ms: 1_800_000, label: "half an hour" },
] as const;
const STANDARD_WATCH_MS = 300_000;

/** For how long production is watched: the longer, the surer the verdict. */
function WatchField(): JSX.Element {
  return (
    <label class="field">
      Watch production for
      <select name="watchMs">
        {WATCHES.map(({ ms, label }) => (
          <option key={ms} value={ms} selected={ms === STANDARD_WATCH_MS}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
