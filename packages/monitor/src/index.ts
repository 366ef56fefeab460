export type { Forecaster, ForecastQuestion, TimeToReach } from "./alerts/conditions/forecaster.ts";
export { createEvaluator, type Evaluator, type EvaluatorSize } from "./alerts/evaluator.ts";
export type { EvaluatorOptions } from "./alerts/evaluator-options.ts";
export type { EvaluatorState } from "./alerts/evaluator-state.ts";
export {
  type AlertmanagerExport,
  type ExportedInhibition,
  type ExportedReceiver,
  type ExportedRoute,
  exportAlertmanagerConfig,
} from "./alerts/export/alertmanager-config.ts";
export {
  exportPrometheusRules,
  type PrometheusRulesOptions,
} from "./alerts/export/prometheus-rules.ts";
export type { PromqlOptions } from "./alerts/export/promql.ts";
export { type Replay, type ReplayOptions, replay } from "./alerts/replay.ts";
export type { ReplaySummary } from "./alerts/replay-summary.ts";
export { defaultRules, isPage, PAGING_SEVERITY } from "./alerts/rules/default-rules.ts";
export { loadRules, type RulesFile, rulesFrom } from "./alerts/rules/load-rules.ts";
export type { EventPart, Measure } from "./alerts/rules/measure.ts";
export { parseRules } from "./alerts/rules/parse-rules.ts";
export type { Rule, RuleKind } from "./alerts/rules/rule.ts";
export type { AlertState, AlertTransition } from "./alerts/transition.ts";
export {
  type AnomalyWatch,
  type AnomalyWatchCounts,
  type AnomalyWatchState,
  createAnomalyWatch,
} from "./anomalies/anomaly-watch.ts";
export type { AnomalyWatchOptions, WatchedSeries } from "./anomalies/options.ts";
export type { AnomalyVerdict } from "./anomalies/watched.ts";
export { type Collector, createCollector } from "./collection/collector.ts";
export type { CollectorOptions, PointsSource, Target } from "./collection/options.ts";
export type { TargetStatus } from "./collection/watched-target.ts";
export { checkAlerting } from "./composition/check-alerting.ts";
export {
  type AlertBook,
  type AlertBookOptions,
  openAlertBook,
} from "./composition/open-alert-book.ts";
export { type AggregateQuery, aggregateWindows, type SeriesGroup } from "./history/aggregate.ts";
export type {
  History,
  HistoryQuery,
  HistorySize,
  SeriesAggregator,
  SeriesReader,
} from "./history/history.ts";
export { openHistory, type PostgresHistory } from "./history/open-history.ts";
export type { HistoryOptions } from "./history/options.ts";
export {
  type PrometheusReaderOptions,
  prometheusReader,
} from "./history/prometheus/prometheus-reader.ts";
export {
  createSeriesWriter,
  type SeriesWriter,
  type SeriesWriterCounts,
  type SeriesWriterOptions,
} from "./history/series-writer.ts";
export type { Cause } from "./incidents/causes/cause.ts";
export { type CauseInput, rankCauses } from "./incidents/causes/rank-causes.ts";
export type { Change } from "./incidents/change.ts";
export type {
  ActionItem,
  Incident,
  IncidentEvent,
  IncidentEventKind,
  IncidentRecord,
  IncidentStatus,
  ReportedFinding,
} from "./incidents/incident.ts";
export type { Incidents } from "./incidents/incidents.ts";
export { type PostMortemOptions, postMortem } from "./incidents/post-mortem.ts";
export type { IncidentFilter } from "./incidents/store/incident-store.ts";
export { createMonitor, type Monitor, type MonitorHealth } from "./monitor.ts";
export type { AlertingOptions } from "./notifications/alerting-options.ts";
export type { Channel, Delivery } from "./notifications/channel.ts";
export {
  type AlertmanagerOptions,
  alertmanagerChannel,
} from "./notifications/channels/alertmanager.ts";
export { type EmailOptions, emailChannel } from "./notifications/channels/email.ts";
export { type PagerDutyOptions, pagerDutyChannel } from "./notifications/channels/pagerduty.ts";
export { type SlackOptions, slackChannel } from "./notifications/channels/slack.ts";
export { verifyWebhook } from "./notifications/channels/verify-webhook.ts";
export { type WebhookOptions, webhookChannel } from "./notifications/channels/webhook.ts";
export {
  ANSWER_WITHIN_MS,
  DEFAULT_REPEATS,
  type EscalationLevel,
  type EscalationPolicy,
  type EscalationTarget,
  type Person,
} from "./notifications/escalation/policy.ts";
export { DEFAULT_INHIBITIONS } from "./notifications/muting/default-inhibitions.ts";
export type { Inhibition } from "./notifications/muting/inhibition.ts";
export type { MaintenanceWindow } from "./notifications/muting/maintenance-window.ts";
export { isInForce, type Silence, type SilenceRequest } from "./notifications/muting/silence.ts";
export type { Silences } from "./notifications/muting/silence-store.ts";
export type {
  Notification,
  NotificationReason,
  NotifiedAlert,
} from "./notifications/notification.ts";
export {
  type OnCall,
  onCallAt,
  type Rota,
  type RotaOverride,
} from "./notifications/on-call/rota.ts";
export type { Weekday } from "./notifications/on-call/zoned-time.ts";
export type { Backlog, DeadLetter, Letters } from "./notifications/queue/letters.ts";
export type { RecordedAlert } from "./notifications/recording/recorded-alert.ts";
export { type LabelsPredicate, labelsPredicate } from "./notifications/routing/matching.ts";
export type { Route } from "./notifications/routing/route.ts";
export type { MonitorOptions, MonitorReload } from "./options.ts";
export {
  type MonitorMigration,
  migrateMonitor,
  readMonitorMigrations,
} from "./schema/migrations.ts";
export type {
  CounterPoint,
  GaugePoint,
  HistogramPoint,
  LabelMatcher,
  Point,
  SeriesKey,
  SeriesPoint,
  SeriesSelector,
  SeriesWindow,
} from "./series/point.ts";
export { rollUp } from "./series/roll-up.ts";
export type {
  CounterTotal,
  GaugeTotal,
  HistogramTotal,
  StepTotal,
} from "./series/step-totals.ts";
