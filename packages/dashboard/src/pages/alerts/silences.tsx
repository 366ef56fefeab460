import type { NewSilenceRequest, SilenceView } from "@streamgate/contract";
import type { JSX } from "preact";
import { Act } from "../../components/act.tsx";
import { fieldText } from "../../components/field-text.ts";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";

const LENGTHS = [
  { seconds: 900, label: "15 minutes" },
  { seconds: 3_600, label: "an hour" },
  { seconds: 14_400, label: "4 hours" },
  { seconds: 86_400, label: "a day" },
  { seconds: 604_800, label: "a week" },
] as const;
const STANDARD_SECONDS = 3_600;

const COLUMNS: readonly Column<SilenceView>[] = [
  {
    key: "state",
    title: "State",
    cell: ({ isInForce }) => (
      <span class={isInForce ? "tag is-warning" : "tag"}>
        {isInForce ? "in force" : "not in force"}
      </span>
    ),
  },
  {
    key: "conditions",
    title: "Of alerts with",
    width: "wide",
    cell: ({ conditions }) => <code>{conditionText(conditions)}</code>,
  },
  { key: "comment", title: "Why", cell: ({ comment }) => comment },
  { key: "author", title: "By", priority: 2, cell: ({ author }) => author },
  { key: "until", title: "Until", cell: ({ to }) => <TimeText at={to} form="clock" /> },
  {
    key: "end",
    title: "Acts",
    cell: ({ id, isInForce }) =>
      isInForce ? (
        <Act
          label="End"
          question="End this silence?"
          run={async (api) => {
            await api.call("endSilence", { parameters: { id } });
            return "The silence has ended";
          }}
        >
          <p>Alerts that it held back are told at once.</p>
        </Act>
      ) : null,
  },
];

/** Who silenced what, why, and until when. */
export function Silences({ silences }: { silences: readonly SilenceView[] }): JSX.Element {
  return (
    <Table
      caption="silences"
      columns={COLUMNS}
      rows={silences}
      rowKey={({ id }) => id}
      empty={
        <Empty title="No silences">
          Silence an alert from the tab Now: it is shown on, and told to nobody.
        </Empty>
      }
    />
  );
}

/** For how long, and why. */
export function SilenceFields(): JSX.Element {
  return (
    <>
      <label class="field">
        For
        <select name="seconds">
          {LENGTHS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds} selected={seconds === STANDARD_SECONDS}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Why
        <input name="comment" required maxLength={1_000} autocomplete="off" />
      </label>
    </>
  );
}

/** What the fields say. */
export function silenceOf(
  fields: FormData,
  conditions: NewSilenceRequest["conditions"],
): NewSilenceRequest {
  return {
    conditions,
    forSeconds: Number(fieldText(fields, "seconds")) || STANDARD_SECONDS,
    comment: fieldText(fields, "comment"),
  };
}

const SIGNS = { is: "=", "is not": "≠", matches: "=~", "does not match": "!~" } as const;

function conditionText(conditions: SilenceView["conditions"]): string {
  return conditions
    .map(({ label, operator = "is", value }) => `${label} ${SIGNS[operator]} ${value}`)
    .join(", ");
}
