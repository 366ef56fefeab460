import type { Channel, Delivery, Notification } from "@streamgate/monitor";
import type { CommandCall } from "../../command-line/command.ts";
import { EXIT_CODES } from "../../command-line/exit-codes.ts";
import { openChannelOf } from "../channels-from-file.ts";
import { authorOf, type FileAct, nowMs, unknownName, watchFileOf } from "./act.ts";

const TEST_TIMEOUT_MS = 15_000;

/** Sends by one channel of the file what nobody needs to act upon. */
const testChannel: FileAct = async ([name = ""], call) => {
  const { path, folder, channels } = await watchFileOf(call);
  const entry = channels.find((candidate) => candidate.name === name);
  if (entry === undefined) throw unknownName("a channel", name, channels);
  const channel = await openChannelOf(entry, path, { environment: process.env, folder });
  const delivery = await sendOnce(channel, call);
  const json = { channel: name, ...delivery };
  if (delivery.outcome === "delivered") return { json, text: `${name} took it.` };
  return {
    json,
    text: `${name} did not take it: ${delivery.reason}`,
    exitCode: EXIT_CODES.couldNotRun,
  };
};

async function sendOnce(channel: Channel, call: CommandCall): Promise<Delivery> {
  const atMs = nowMs();
  const id = `test-${atMs}`;
  const notification: Notification = {
    id,
    thread: id,
    sequence: 1,
    status: "resolved",
    reason: "resolved",
    severity: "info",
    title: `Test by ${authorOf(call)}: this channel works`,
    groupLabels: {},
    alerts: [],
    firingCount: 0,
    resolvedCount: 0,
    createdAtMs: atMs,
  };
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(TEST_TIMEOUT_MS)]);
  try {
    return await channel.send(notification, signal);
  } finally {
    await channel.close?.();
  }
}

export const CHANNEL_ACTS: Readonly<Record<string, FileAct>> = { test: testChannel };
