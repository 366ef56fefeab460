import type { ProfileSummary } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import { mayAct, useShell } from "../../app/shell-context.tsx";
import { Empty } from "../../components/states.tsx";
import { type Column, Table } from "../../components/table.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatQuantity } from "../../format/quantity.ts";

const TONES: Readonly<Record<ProfileSummary["state"], string>> = {
  running: "is-warning",
  done: "is-good",
  failed: "is-bad",
};

/** Profiles that were taken, the latest first; each leads to its flame graph. */
export function ProfileTable({ profiles }: { profiles: readonly ProfileSummary[] }): JSX.Element {
  const shell = useShell();
  const columns: readonly Column<ProfileSummary>[] = [
    {
      key: "profile",
      title: "Profile",
      width: "wide",
      cell: (profile) => {
        const text = `${profile.kind === "cpu" ? "CPU" : "Heap"} of ${profile.service} · ${profile.instance}`;
        return profile.state === "done" ? (
          <a href={hrefTo(`/resources/profiles/${encodeURIComponent(profile.id)}`, shell.address)}>
            {text}
          </a>
        ) : (
          <span title={profile.problem ?? undefined}>{text}</span>
        );
      },
    },
    {
      key: "state",
      title: "State",
      cell: ({ state, problem }) => (
        <span class={`tag ${TONES[state]}`} title={problem ?? undefined}>
          {state}
        </span>
      ),
    },
    { key: "at", title: "When", cell: ({ startedAt }) => <TimeText at={startedAt} /> },
    {
      key: "duration",
      title: "Over",
      align: "end",
      priority: 2,
      cell: ({ durationMs }) => formatQuantity(durationMs, "ms"),
    },
    { key: "by", title: "Taken by", priority: 3, cell: ({ takenBy }) => takenBy },
  ];
  return (
    <Table
      caption="Profiles of watched processes"
      columns={columns}
      rows={profiles}
      rowKey={({ id }) => id}
      empty={
        <Empty title="No profile has been taken yet">
          <p>
            {mayAct(shell)
              ? "Choose a process above, then take one: it shows which functions the time or the memory goes to."
              : "Whoever signs in with the scope act can take one."}
          </p>
        </Empty>
      }
    />
  );
}
