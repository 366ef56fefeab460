import type { Alert, AlertList, EscalationView, RuleList, SilenceList } from "@streamgate/contract";
import type { JSX } from "preact";
import type { PageModule, ViewProps } from "../../app/page.ts";
import { Act } from "../../components/act.tsx";
import { AlertTable } from "../../components/alert-table.tsx";
import { Empty } from "../../components/states.tsx";
import { openTab, Tabs } from "../../components/tabs.tsx";
import { OnCall } from "./on-call.tsx";
import { Replay } from "./replay.tsx";
import { Rules } from "./rules.tsx";
import { SilenceFields, Silences, silenceOf } from "./silences.tsx";

interface AlertsData {
  readonly alerts: AlertList;
  readonly silences: SilenceList;
  readonly rules: RuleList;
  readonly escalation: EscalationView;
}

export const page: PageModule<AlertsData> = {
  topics: ["alerts", "incidents"],
  refreshMs: 5_000,
  hasRange: false,
  load: async ({ api }) => {
    const [alerts, silences, rules, escalation] = await Promise.all([
      api.call("listAlerts", {}),
      api.call("listSilences", {}),
      api.call("listRules", {}),
      api.call("getEscalation", {}),
    ]);
    return { alerts, silences, rules, escalation };
  },
  title: ({ alerts }) => {
    const firing = alerts.items.filter(({ state }) => state === "firing").length;
    return firing === 0 ? "Alerts" : `Alerts: ${firing} firing`;
  },
  View: Alerts,
};

function Alerts({ data, address }: ViewProps<AlertsData>): JSX.Element {
  const tabs = [
    { value: "now", label: "Now", count: data.alerts.items.length },
    {
      value: "silences",
      label: "Silences",
      count: data.silences.items.filter(({ isInForce }) => isInForce).length,
    },
    { value: "rules", label: "Rules", count: data.rules.items.length },
    { value: "replay", label: "Replay" },
    { value: "on-call", label: "On call" },
  ];
  const open = openTab(address.search.get("tab"), tabs);
  return (
    <>
      <Tabs name="tab" label="alerts" tabs={tabs} />
      {open === "now" ? <Now alerts={data.alerts.items} /> : null}
      {open === "silences" ? <Silences silences={data.silences.items} /> : null}
      {open === "rules" ? <Rules rules={data.rules.items} /> : null}
      {open === "replay" ? <Replay rules={data.rules.items} /> : null}
      {open === "on-call" ? <OnCall escalation={data.escalation} /> : null}
    </>
  );
}

function Now({ alerts }: { alerts: readonly Alert[] }): JSX.Element {
  return (
    <AlertTable
      caption="alerts that fire or are about to"
      rows={alerts}
      empty={
        <Empty title="Nothing fires">
          Rules are evaluated each second; what begins to hold is shown here as pending first.
        </Empty>
      }
      acts={(alert) => (
        <Act
          label="Silence"
          question="Silence alerts like this one?"
          run={async (api, fields) => {
            await api.call("createSilence", { body: silenceOf(fields, conditionsOf(alert)) });
            return "Silenced";
          }}
        >
          <p>{alert.summary}</p>
          <SilenceFields />
        </Act>
      )}
    />
  );
}

/** Of the alert's rule and service: what comes from elsewhere goes on being told. */
function conditionsOf({
  labels,
  rule,
}: Alert): { readonly label: string; readonly value: string }[] {
  const { service } = labels;
  return [
    { label: "alertname", value: rule },
    ...(service === undefined ? [] : [{ label: "service", value: service }]),
  ];
}
