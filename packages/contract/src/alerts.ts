import type { Severity } from "@streamgate/core";
import type { FieldsQuery, Instant, PageQuery, RangeQuery } from "./basics.ts";
import type { LabelCondition } from "./series.ts";

export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly state: "pending" | "firing" | "resolved";
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** Null where nothing was heard any more. */
  readonly value: number | null;
  readonly startedAt: Instant;
  readonly stateSince: Instant;
  readonly incident: string | null;
  /** Whether a silence holds for it. */
  readonly isSilenced: boolean;
}

export interface AlertsQuery extends FieldsQuery {
  readonly state?: "pending" | "firing";
  /** At least so severe. */
  readonly severity?: Severity;
  /** @maxLength 200 */
  readonly service?: string;
}

export interface AlertList {
  readonly items: readonly Alert[];
}

export interface RuleView {
  readonly name: string;
  readonly kind: string;
  readonly severity: Severity;
  /** What it says, as in a rules file. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly summary: string;
  readonly runbook: string;
  readonly firing: number;
  readonly pending: number;
}

export interface RuleList {
  readonly items: readonly RuleView[];
}

export interface ReplayRequest extends RangeQuery {
  /**
   * Of the rules in force; all of them where it is absent.
   *
   * @maxLength 200
   */
  readonly rule?: string;
  /** Rules to be tried instead, as in a rules file. */
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** What rules would have said over a stretch of the past. */
export interface ReplayView {
  readonly from: Instant;
  readonly to: Instant;
  readonly rules: readonly {
    readonly rule: string;
    readonly alerts: number;
    readonly firingMs: number;
    readonly examples: readonly {
      readonly at: Instant;
      readonly summary: string;
      readonly lastedMs: number | null;
    }[];
  }[];
}

export interface SilenceView {
  readonly id: string;
  readonly conditions: readonly LabelCondition[];
  readonly from: Instant;
  readonly to: Instant;
  readonly author: string;
  readonly comment: string;
  readonly isInForce: boolean;
}

export interface SilenceList {
  readonly items: readonly SilenceView[];
}

export interface NewSilenceRequest {
  /**
   * @minItems 1
   * @maxItems 20
   */
  readonly conditions: readonly LabelCondition[];
  /**
   * From now on.
   *
   * @minimum 60
   * @maximum 2592000
   */
  readonly forSeconds: number;
  /**
   * Why.
   *
   * @minLength 1
   * @maxLength 1000
   */
  readonly comment: string;
}

export interface IncidentSummary {
  readonly id: string;
  readonly service: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: "open" | "acknowledged" | "resolved";
  readonly startedAt: Instant;
  readonly quietSince: Instant | null;
  readonly resolvedAt: Instant | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Instant | null;
  readonly href: string;
}

export interface IncidentsQuery extends PageQuery, FieldsQuery {
  /** `unresolved` is open or acknowledged. */
  readonly status?: "open" | "acknowledged" | "resolved" | "unresolved";
  /** @maxLength 200 */
  readonly service?: string;
}

export interface IncidentPage {
  readonly items: readonly IncidentSummary[];
  readonly next: string | null;
}

export interface TimelineEvent {
  readonly at: Instant;
  readonly kind: string;
  readonly summary: string;
  readonly author: string;
}

export interface LikelyCause {
  readonly kind: "change" | "alert" | "finding";
  readonly id: string;
  readonly summary: string;
  readonly at: Instant;
  /** 0 to 1, for the order. */
  readonly score: number;
  readonly reason: string;
}

export interface ChangeView {
  readonly id: string;
  readonly kind: "deploy" | "fix-applied" | "fix-reverted" | "configuration" | "scaling" | "other";
  readonly at: Instant;
  readonly summary: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface IncidentView {
  readonly incident: IncidentSummary;
  readonly alerts: readonly Alert[];
  readonly timeline: readonly TimelineEvent[];
  readonly causes: readonly LikelyCause[];
  readonly changes: readonly ChangeView[];
  readonly actions: readonly {
    readonly id: string;
    readonly summary: string;
    readonly owner: string;
    readonly isDone: boolean;
  }[];
}

export interface NoteRequest {
  /**
   * @minLength 1
   * @maxLength 10000
   */
  readonly text: string;
}

export interface ActionRequest {
  /**
   * @minLength 1
   * @maxLength 10000
   */
  readonly summary: string;
  /** @maxLength 200 */
  readonly owner?: string;
}

export interface PostMortem {
  readonly markdown: string;
}

export interface EscalationView {
  readonly policies: readonly {
    readonly name: string;
    readonly levels: readonly {
      readonly targets: readonly string[];
      readonly answerWithinMs: number;
    }[];
    readonly repeats: number;
  }[];
  readonly onCall: readonly {
    readonly rota: string;
    readonly person: string | null;
    readonly until: Instant | null;
    readonly isOverride: boolean;
  }[];
  readonly channels: readonly string[];
  /** What waits to be sent, and what could not be. */
  readonly waiting: number;
  readonly dead: readonly {
    readonly id: string;
    readonly channel: string;
    readonly at: Instant;
    readonly reason: string;
  }[];
}

export interface ChangesQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly service?: string;
}

export interface ChangeList {
  readonly items: readonly ChangeView[];
}

export interface NewChangeRequest {
  /**
   * The same one again is the same change; made where it is absent.
   *
   * @minLength 1
   * @maxLength 200
   */
  readonly id?: string;
  readonly kind: ChangeView["kind"];
  /** Now where it is absent. */
  readonly at?: Instant;
  /**
   * @minLength 1
   * @maxLength 1000
   */
  readonly summary: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertOperations {
  /** What fires and what is about to. */
  readonly listAlerts: {
    readonly method: "GET";
    readonly path: "/alerts";
    readonly scope: "read";
    readonly query: AlertsQuery;
    readonly result: AlertList;
  };
  /** The rules in force. */
  readonly listRules: {
    readonly method: "GET";
    readonly path: "/rules";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: RuleList;
  };
  /** What rules would have said over a stretch of the past. It tells nobody. */
  readonly replayRules: {
    readonly method: "POST";
    readonly path: "/rules/replay";
    readonly scope: "read";
    readonly body: ReplayRequest;
    readonly result: ReplayView;
  };
  readonly listSilences: {
    readonly method: "GET";
    readonly path: "/silences";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: SilenceList;
  };
  /** Alerts like these are not told for a while. */
  readonly createSilence: {
    readonly method: "POST";
    readonly path: "/silences";
    readonly scope: "act";
    readonly status: 201;
    readonly body: NewSilenceRequest;
    readonly result: SilenceView;
  };
  /** Ends a silence now. */
  readonly endSilence: {
    readonly method: "DELETE";
    readonly path: "/silences/:id";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: SilenceView;
  };
  /** Incidents, the latest first. */
  readonly listIncidents: {
    readonly method: "GET";
    readonly path: "/incidents";
    readonly scope: "read";
    readonly query: IncidentsQuery;
    readonly result: IncidentPage;
  };
  /** All that is known of one incident. */
  readonly getIncident: {
    readonly method: "GET";
    readonly path: "/incidents/:id";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly result: IncidentView;
  };
  /** Somebody takes care: nobody further is told. */
  readonly acknowledgeIncident: {
    readonly method: "POST";
    readonly path: "/incidents/:id/acknowledge";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: IncidentSummary;
  };
  /** Nobody takes care any more: the escalation begins anew. */
  readonly unacknowledgeIncident: {
    readonly method: "POST";
    readonly path: "/incidents/:id/unacknowledge";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: IncidentSummary;
  };
  /** Somebody says that it is over. */
  readonly resolveIncident: {
    readonly method: "POST";
    readonly path: "/incidents/:id/resolve";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: IncidentSummary;
  };
  readonly addIncidentNote: {
    readonly method: "POST";
    readonly path: "/incidents/:id/notes";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly body: NoteRequest;
    readonly result: IncidentSummary;
  };
  /** Something to be done so that it does not happen again. */
  readonly addIncidentAction: {
    readonly method: "POST";
    readonly path: "/incidents/:id/actions";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly body: ActionRequest;
    readonly result: IncidentSummary;
  };
  readonly completeIncidentAction: {
    readonly method: "POST";
    readonly path: "/incidents/:id/actions/:action/complete";
    readonly scope: "act";
    readonly parameters: { readonly id: string; readonly action: string };
    readonly result: IncidentSummary;
  };
  /** The incident as a document for whoever learns from it. */
  readonly getPostMortem: {
    readonly method: "GET";
    readonly path: "/incidents/:id/post-mortem";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly result: PostMortem;
  };
  /** Who is told of what, who is on call, and what could not be told. */
  readonly getEscalation: {
    readonly method: "GET";
    readonly path: "/escalation";
    readonly scope: "read";
    readonly query: FieldsQuery;
    readonly result: EscalationView;
  };
  /** Sends again what could not be told. */
  readonly redeliverLetter: {
    readonly method: "POST";
    readonly path: "/escalation/letters/:id/redeliver";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: EscalationView;
  };
  /** What people and StreamGate did to the watched services. */
  readonly listChanges: {
    readonly method: "GET";
    readonly path: "/changes";
    readonly scope: "read";
    readonly query: ChangesQuery;
    readonly result: ChangeList;
  };
  /** Notes a deploy or another change, so that it is weighed where things go wrong afterwards. */
  readonly recordChange: {
    readonly method: "POST";
    readonly path: "/changes";
    readonly scope: "act";
    readonly status: 201;
    readonly body: NewChangeRequest;
    readonly result: ChangeView;
  };
}
