import { type AlertingOptions, checkAlerting, type Rule, type Target } from "@streamgate/monitor";
import { openChannels } from "./channels-from-file.ts";
import { explainInFile } from "./explain-in-file.ts";
import { readSecret, type SecretSources } from "./secret-reference.ts";
import { type HistoryPlan, readWatchFile, type TargetEntry, type WatchFile } from "./watch-file.ts";

/** What is watched, by which rules, and who is told: a watch file with its secrets read. */
export interface WatchPlan {
  readonly path: string;
  readonly targets: readonly Target[];
  readonly rules: readonly Rule[];
  readonly alerting: AlertingOptions;
  readonly history: HistoryPlan | false;
  /** Keys of the file that `streamgate serve` alone looks at. */
  readonly onlyForServe?: readonly string[];
}

/**
 * Reads a watch file and the secrets that it refers to, and sees that every name in it leads somewhere.
 *
 * @throws StreamGateError `SG_SERVER_BAD_SETTING` that names the place in the file, never with a secret in it
 */
export async function readWatchPlan(
  file: string,
  environment: SecretSources["environment"],
): Promise<WatchPlan> {
  const content = await readWatchFile(file);
  return watchPlanOf(content, { environment, folder: content.folder });
}

/** The same from a file that was read already. */
export async function watchPlanOf(file: WatchFile, sources: SecretSources): Promise<WatchPlan> {
  const { path, folder: _, platform, targets, rules, channels, history = {}, ...followUp } = file;
  const alerting = { ...followUp, channels: await openChannels(channels, path, sources) };
  explainInFile(path, () => checkAlerting(alerting));
  return {
    path,
    rules,
    alerting,
    history,
    targets: await Promise.all(targets.map((target) => withToken(target, path, sources))),
    onlyForServe: Object.entries(platform).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    ),
  };
}

async function withToken(
  { token, ...target }: TargetEntry,
  path: string,
  sources: SecretSources,
): Promise<Target> {
  if (token === undefined) return target;
  return {
    ...target,
    token: await readSecret(token, `token of ${target.url} in ${path}`, sources),
  };
}
