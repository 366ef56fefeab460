import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { badSetting, configurationUnreadable, typeScriptConfiguration } from "../errors.ts";

/** What a configuration file says, before anybody has looked at its keys. */
export interface ConfigurationFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const NAMES = ["streamgate.config.ts", "streamgate.config.js", "streamgate.config.json"] as const;
const NO_TYPESCRIPT = new Set(["ERR_UNKNOWN_FILE_EXTENSION", "ERR_NO_TYPESCRIPT"]);

/**
 * Reads the first of `streamgate.config.{ts,js,json}` in `folder`: the default export of a module,
 * or the object of a JSON file.
 *
 * @throws StreamGateError `SG_SERVER_CONFIGURATION`, `SG_SERVER_CONFIGURATION_TYPESCRIPT`
 */
export async function readConfigurationFile(
  folder: string,
): Promise<ConfigurationFile | undefined> {
  for (const name of NAMES) {
    const path = join(folder, name);
    if (!(await isThere(path))) continue;
    const values = name.endsWith(".json") ? await readJson(path) : await readModule(path);
    if (!isRecord(values)) {
      throw badSetting(path, "it holds no object", "export one object with the settings");
    }
    return { path, values };
  }
  return undefined;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw configurationUnreadable(path, cause);
  }
}

async function readModule(path: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (cause) {
    const code = (cause as { readonly code?: unknown }).code;
    if (path.endsWith(".ts") && typeof code === "string" && NO_TYPESCRIPT.has(code)) {
      throw typeScriptConfiguration(path, cause);
    }
    throw configurationUnreadable(path, cause);
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
