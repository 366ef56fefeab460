import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { formatByteSize, messageOf } from "@streamgate/core";
import {
  type ExportOptions,
  type PlanNode,
  readSnapshot,
  readTwinFile,
  writeTwinFile,
} from "@streamgate/pg-advisor";
import type { CommandCall } from "../command-line/command.ts";
import { badSetting, usageError } from "../errors.ts";
import { oneLine } from "../report/text/layout.ts";
import { counted } from "../report/wording.ts";
import { adviseOnTwin } from "./advise-on-twin.ts";
import { onTwinOf, readTwinText, type TwinAnswer } from "./twin-of-file.ts";

const SECRET_BYTES = 32;
const FILE_MODE = 0o600;

/** Runs `streamgate twin ACT …`. */
export async function runTwinAct(call: CommandCall): Promise<TwinAnswer> {
  const [act, ...words] = call.positionals;
  if (act === "export") return exportTwin(call, words);
  if (act === "explain") return explainOnTwin(call, words);
  if (act === "advise") return adviseOnTwin(call, words);
  throw usageError(
    act === undefined ? "run `streamgate twin`" : `run \`streamgate twin ${act}\``,
    act === undefined ? "no act was named" : "there is no such act",
    "use `twin export URL FILE`, `twin explain FILE SQL` or `twin advise FILE`",
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
  call: CommandCall,
  [file, sql]: readonly string[],
): Promise<TwinAnswer> {
  if (file === undefined || sql === undefined) {
    throw usageError(
      "explain on a twin",
      "the file or the statement is missing",
      'write `streamgate twin explain FILE "select …"`',
    );
  }
  const snapshot = readTwinFile(await readTwinText(file));
  return onTwinOf(snapshot, call, async (twin) => {
    const plan = await twin.plan(sql, "generic", { present: [], absent: [] });
    const { skipped } = twin;
    return { json: { plan, skipped }, text: linesOf(plan, 0).join("\n") };
  });
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
