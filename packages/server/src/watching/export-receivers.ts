import type { ExportedReceiver } from "@streamgate/monitor";
import { oneLine } from "../report/text/layout.ts";
import type { ChannelEntry } from "./channels-from-file.ts";
import type { SecretReference } from "./secret-reference.ts";
import type { WatchFile } from "./watch-file.ts";

/** How Alertmanager would reach the channels of a watch file. */
export interface ExportedReceivers {
  readonly receivers: Readonly<Record<string, ExportedReceiver>>;
  /** What a person has to complete, and what Alertmanager has no word for; one line each. */
  readonly remarks: readonly string[];
}

/** Where a secret is expected that the watch file does not give as a file. */
const SECRETS_FOLDER = "/etc/alertmanager/secrets";
const DEFAULT_SMTP_PORT = 587;

/** Maps the channels that map. A secret never is in the result, only the path of the file that holds it. */
export function exportReceivers({
  channels,
  maintenance = [],
  folder,
}: Pick<WatchFile, "channels" | "maintenance" | "folder">): ExportedReceivers {
  const receivers: Record<string, ExportedReceiver> = {};
  const remarks: string[] = [];
  const secretFile = (entry: ChannelEntry, what: string, reference: SecretReference): string => {
    if (typeof reference !== "string" && "file" in reference)
      return reference.file.startsWith("/") ? reference.file : `${folder}/${reference.file}`;
    const file = `${SECRETS_FOLDER}/${entry.name.replace(/[^\w.-]/g, "_")}`;
    remarks.push(`Put the ${what} of ${entry.name} into ${file}.`);
    return file;
  };
  for (const entry of channels) {
    const { name } = entry;
    switch (entry.kind) {
      case "slack": {
        const apiUrlFile = secretFile(entry, "address", entry.url);
        receivers[name] = { kind: "slack", apiUrlFile, channel: "" };
        break;
      }
      case "pagerduty": {
        const routingKeyFile = secretFile(entry, "integration key", entry.routingKey);
        receivers[name] = { kind: "pagerduty", routingKeyFile };
        break;
      }
      case "email":
        receivers[name] = {
          kind: "email",
          to: entry.to.join(", "),
          from: entry.from,
          smarthost: `${entry.host}:${entry.port ?? DEFAULT_SMTP_PORT}`,
        };
        if (entry.user !== undefined)
          remarks.push(`${name} signs in: add auth_username and auth_password_file.`);
        break;
      case "webhook":
        if (typeof entry.url === "string") {
          receivers[name] = { kind: "webhook", url: entry.url };
          remarks.push(`${name} gets Alertmanager's JSON, which is not StreamGate's.`);
        } else {
          remarks.push(`The address of ${name} is a secret: add webhook_configs with its url.`);
        }
        if (entry.secret !== undefined) remarks.push(`Alertmanager does not sign for ${name}.`);
        if (entry.headers !== undefined)
          remarks.push(`${name} has headers: add them by http_config.`);
        break;
      case "alertmanager":
        remarks.push(`${name} is an Alertmanager itself, and no receiver of one.`);
        break;
    }
  }
  if (maintenance.length > 0)
    remarks.push(
      `Maintenance is not exported: ${maintenance.map((window) => window.name).join(", ")}.`,
    );
  return { receivers, remarks: remarks.map(oneLine) };
}
