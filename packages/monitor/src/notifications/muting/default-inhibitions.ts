import type { Inhibition } from "./inhibition.ts";

/** What is said of a service or an instance that does not answer at all adds nothing. */
const SYMPTOMS = {
  label: "alertname",
  matches: "(errors|responses|slo|reports|cache|memory|cpu|event-loop|pool|database|redis)-.*",
} as const;

/** The inhibitions that ship: who is down keeps quiet about everything else. */
export const DEFAULT_INHIBITIONS: readonly Inhibition[] = [
  {
    name: "service-down",
    source: [{ label: "alertname", is: "service-down" }],
    target: [{ label: "alertname", matches: `${SYMPTOMS.matches}|target-down` }],
    equal: ["service"],
  },
  {
    name: "target-down",
    source: [{ label: "alertname", is: "target-down" }],
    target: [SYMPTOMS],
    equal: ["service", "instance"],
  },
];
