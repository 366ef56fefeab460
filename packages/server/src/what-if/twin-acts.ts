import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { formatByteSize, messageOf, seededRandom, systemClock } from "@streamgate/core";
import {
  createTwin,
  type ExportOptions,
  type PlanNode,
  readSnapshot,
  readTwinFile,
  writeTwinFile,
} from "@streamgate/pg-advisor";
import type { CommandCall } from "../command-line/command.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { badSetting, usageError } from "../errors.ts";
import { oneLine } from "../report/text/layout.ts";
import { counted } from "../report/wording.ts";

/** What an act of `streamgate twin` tells, for a program and for a person. */
export interface TwinAnswer {
  readonly json: object;
  readonly text: string;
}

const SECRET_BYTES = 32;
const FILE_MODE = 0o600;

/** Runs `streamgate twin ACT …`. */
export async function runTwinAct(call: CommandCall): Promise<TwinAnswer> {
  const [act, ...words] = call.positionals;
  if (act === "export") return exportTwin(call, words);
  if (act === "explain") return explainOnTwin(call, words);
  throw usageError(
    act === undefined ? "run `streamgate twin`" : `run \`streamgate twin ${act}\``,
    act === undefined ? "no act was named" : "there is no such act",
    "use `twin export URL FILE` or `twin explain FILE SQL`",
  );
}

async function exportTwin(
  { settings, signal }: CommandCall,
  words: readonly string[],
): Promise<TwinAnswer> {
  const [url, file] = words.length === 1 ? [settings.text("database"), words[0]] : words;
  if (url === undefined || file === undefined || !/^postgres(ql)?:\/\//.test(url)) {
    throw usageError(
      "export a twin",
      "the database or the file was not named",
      "write `streamgate twin export postgresql://user@host:5432/database FILE`",
    );
  }
  const options: ExportOptions = {
    names: settings.oneOf("names", ["kept", "hashed"]) ?? "kept",
    values: settings.oneOf("values", ["none", "shape"]) ?? "shape",
    secret: settings.text("secret") ?? randomBytes(SECRET_BYTES).toString("hex"),
  };
  const snapshot = await readSnapshot(url, { needsStatements: false, signal });
  const text = writeTwinFile(snapshot, options);
  try {
    await writeFile(file, text, { mode: FILE_MODE });
  } catch (cause) {
    throw badSetting(`the file ${file}`, messageOf(cause), "name one that can be written", cause);
  }
  const { names, values } = options;
  const sizeBytes = Buffer.byteLength(text);
  const [relations, statements] = [snapshot.relations.length, snapshot.statements.length];
  const told = values === "shape" ? "values replaced in the same order" : "common values left out";
  return {
    json: { file, sizeBytes, names, values, relations, statements, warnings: snapshot.warnings },
    text: [
      `${oneLine(file)}: ${formatByteSize(sizeBytes)}, ${counted(relations, "relation")}, ${counted(statements, "statement")}; names ${names}, ${told}`,
      ...snapshot.warnings.map((warning) => `  warning: ${oneLine(warning)}`),
    ].join("\n"),
  };
}

async function explainOnTwin(
  { folder, signal }: CommandCall,
  [file, sql]: readonly string[],
): Promise<TwinAnswer> {
  if (file === undefined || sql === undefined) {
    throw usageError(
      "explain on a twin",
      "the file or the statement is missing",
      'write `streamgate twin explain FILE "select …"`',
    );
  }
  const snapshot = readTwinFile(await readText(file));
  const runFolder = await makeRunFolder(folder);
  try {
    const twin = await createTwin({
      snapshot,
      folder: join(runFolder, "twin"),
      sharedFolder: folder.root,
      context: {
        clock: systemClock,
        random: seededRandom(1),
        signal,
        onProgress: () => undefined,
      },
    });
    try {
      const plan = await twin.plan(sql, "generic", { present: [], absent: [] });
      const { skipped } = twin;
      return { json: { plan, skipped }, text: linesOf(plan, 0).join("\n") };
    } finally {
      await twin.close();
    }
  } finally {
    await rm(runFolder, { recursive: true, force: true });
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw badSetting(`the file ${file}`, messageOf(cause), "name an exported twin", cause);
  }
}

/** One line a node, as EXPLAIN draws it; costs are estimated. */
function linesOf(plan: PlanNode, depth: number): readonly string[] {
  const { nodeType, relation, index, startupCost, totalCost, rows, children } = plan;
  const on = relation === null ? "" : ` on ${oneLine(relation)}`;
  const using = index === null ? "" : ` using ${oneLine(index)}`;
  return [
    `${"  ".repeat(depth)}${nodeType}${using}${on}  (cost ${startupCost}..${totalCost}, rows ${rows}, estimated)`,
    ...children.flatMap((child) => linesOf(child, depth + 1)),
  ];
}
