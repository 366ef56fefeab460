import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DEFAULT_INHIBITIONS,
  exportAlertmanagerConfig,
  exportPrometheusRules,
} from "@streamgate/monitor";
import { folderUnusable } from "../../errors.ts";
import { exportReceivers } from "../export-receivers.ts";
import type { WatchFile } from "../watch-file.ts";
import { type FileAct, noWords, watchFileOf } from "./act.ts";

/** The rules for Prometheus, and routes, receivers and inhibitions for Alertmanager. */
const exportAll: FileAct = async (words, call) => {
  noWords(words, "export");
  const folder = call.settings.text("to") ?? ".";
  const runbookBase = call.settings.text("runbooks");
  const file = await watchFileOf(call);
  const { receivers, remarks } = exportReceivers(file);
  const files = {
    "streamgate.rules.yml": exportPrometheusRules(
      file.rules,
      runbookBase === undefined ? {} : { runbookBase },
    ),
    "alertmanager.yml": asComments(remarks) + alertmanagerYaml(file, receivers),
  };
  const paths = await writeAll(folder, files);
  return {
    json: { files: paths, remarks },
    text: [
      `Written: ${paths.join(", ")}.`,
      ...remarks.map((remark) => `- ${remark}`),
      "Check them by `promtool check rules` and `amtool check-config`.",
    ].join("\n"),
  };
};

function alertmanagerYaml(
  { channels, route, inhibitions }: WatchFile,
  receivers: ReturnType<typeof exportReceivers>["receivers"],
): string {
  return exportAlertmanagerConfig({
    // As the monitor does: what no route says goes to all channels.
    route: route ?? { channels: channels.map(({ name }) => name) },
    inhibitions: inhibitions ?? DEFAULT_INHIBITIONS,
    receivers,
  });
}

async function writeAll(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        const path = join(folder, name);
        await writeFile(path, text);
        return path;
      }),
    );
  } catch (cause) {
    throw folderUnusable(folder, cause);
  }
}

function asComments(remarks: readonly string[]): string {
  return remarks.map((remark) => `# ${remark}\n`).join("");
}

export const EXPORT_ACTS: Readonly<Record<string, FileAct>> = { export: exportAll };
