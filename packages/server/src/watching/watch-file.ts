import { dirname, resolve } from "node:path";
import {
  type EscalationPolicy,
  type HistoryOptions,
  type Inhibition,
  type MaintenanceWindow,
  type Person,
  type Rota,
  type Route,
  type Rule,
  rulesFrom,
  type Target,
} from "@streamgate/monitor";
import { Ajv, type ErrorObject } from "ajv";
import { badSetting } from "../errors.ts";
import type { PlatformEntries } from "../platform/platform-entries.ts";
import type { ChannelEntry } from "./channels-from-file.ts";
import { explainInFile } from "./explain-in-file.ts";
import { readJsonFile } from "./read-json-file.ts";
import type { SecretReference } from "./secret-reference.ts";
import { WATCH_FILE_SCHEMA } from "./watch-file-schema.ts";

/** A target as a watch file gives it. */
export type TargetEntry = Omit<Target, "token"> & { readonly token?: SecretReference };

export type HistoryPlan = Pick<HistoryOptions, "limitBytes" | "retentionMs">;

/** What the file holds, as it stands there. */
interface WatchFileContent extends PlatformEntries {
  readonly $schema?: string;
  readonly targets?: readonly TargetEntry[];
  readonly rules?: unknown;
  readonly channels?: readonly ChannelEntry[];
  readonly route?: Route;
  readonly inhibitions?: readonly Inhibition[];
  readonly maintenance?: readonly MaintenanceWindow[];
  readonly people?: readonly Person[];
  readonly rotas?: readonly Rota[];
  readonly escalations?: readonly EscalationPolicy[];
  readonly history?: HistoryPlan | false;
}

/** A watch file whose form was checked. Its secrets are references still: nobody who only looks needs them. */
export interface WatchFile
  extends Omit<
    WatchFileContent,
    "$schema" | "targets" | "rules" | "channels" | keyof PlatformEntries
  > {
  readonly path: string;
  /** Where relative paths in it lead from. */
  readonly folder: string;
  readonly targets: readonly TargetEntry[];
  readonly rules: readonly Rule[];
  readonly channels: readonly ChannelEntry[];
  /** What only `streamgate serve` looks at. */
  readonly platform: PlatformEntries;
}

export const DEFAULT_WATCH_FILE = "streamgate.watch.json";

const isWatchFile = new Ajv({ allErrors: false, strict: false }).compile<WatchFileContent>(
  WATCH_FILE_SCHEMA,
);

/**
 * Reads a watch file: a JSON object with `targets`, and perhaps `rules`, `channels`, `route`,
 * `inhibitions`, `maintenance`, `people`, `rotas`, `escalations` and `history`; beside them, for `streamgate serve`, `databases`,
 * `redis`, `prometheus`, `access` and `objectives`.
 *
 * @throws StreamGateError `SG_SERVER_BAD_SETTING` that names the place in the file
 */
export async function readWatchFile(file: string): Promise<WatchFile> {
  const path = resolve(file);
  const content = await readJsonFile(path);
  if (!isWatchFile(content)) throw notAsWanted(path, deepest(isWatchFile.errors ?? []));
  const { $schema: _, targets = [], rules = {}, channels = [], ...rest } = content;
  const { databases, redis, prometheus, access, objectives, ...followUp } = rest;
  for (const [index, { url }] of targets.entries()) checkTargetUrl(url, index, path);
  return {
    ...followUp,
    path,
    folder: dirname(path),
    targets,
    channels,
    platform: { databases, redis, prometheus, access, objectives },
    rules: explainInFile(path, () => rulesFrom(rules)),
  };
}

function checkTargetUrl(url: string, index: number, path: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const place = `targets/${index}/url in ${path}`;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:")
    throw badSetting(
      place,
      "it is no http or https address",
      "write it like http://10.0.0.7:9464; a path is only needed for Prometheus's text",
    );
  if (parsed.username !== "" || parsed.password !== "")
    throw badSetting(place, "it holds a user or a password", "give a token beside it");
}

/** Of the alternatives that do not fit, the one that got furthest says most. */
function deepest(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const depthOf = ({ instancePath }: ErrorObject): number => instancePath.split("/").length;
  return [...errors].sort((left, right) => depthOf(right) - depthOf(left))[0];
}

function notAsWanted(path: string, error: ErrorObject | undefined): Error {
  const place = error?.instancePath.slice(1) ?? "";
  return badSetting(
    place === "" ? path : `${place} in ${path}`,
    whatIsWrong(error),
    "correct it; docs/guides/alerting.md shows a whole file",
  );
}

function whatIsWrong(error: ErrorObject | undefined): string {
  const { additionalProperty, missingProperty, allowedValues } = error?.params ?? {};
  if (typeof additionalProperty === "string")
    return `it has a key ${JSON.stringify(additionalProperty)} that means nothing there`;
  if (typeof missingProperty === "string")
    return `its key ${JSON.stringify(missingProperty)} is missing`;
  const wanted = Array.isArray(allowedValues) ? `: ${allowedValues.join(", ")}` : "";
  return `it ${error?.message ?? "is not as it should be"}${wanted}`;
}
