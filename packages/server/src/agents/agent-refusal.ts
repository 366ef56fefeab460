import { ApiRefusal, badRequest, conflict, unavailable } from "../api/refusal.ts";
import { redact } from "../secrets/redact.ts";

/** What an agent answered that is no success. */
interface AgentAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const LONGEST_DETAIL = 300;

/** What somebody who asked is told of an agent's refusal. */
export function refusalOfAgent(instance: string, answer: AgentAnswer): ApiRefusal {
  const { status } = answer;
  const said = detailOf(answer.text);
  const saying = said === "" ? "" : `: ${said}`;
  switch (status) {
    case 400:
      return badRequest(`${instance} does not take that${saying}`, "correct the request");
    case 401:
    case 403:
      return unavailable(
        `the agent of ${instance} refuses StreamGate${saying}`,
        "give its token in the watch file",
      );
    case 404:
      return unavailable(
        `the agent of ${instance} cannot do that: it is older than this StreamGate`,
        "update @streamgate/agent in that service",
      );
    case 409:
      return conflict(`${instance} is busy${saying}`, "wait until it is done, then try again");
    case 429:
      return new ApiRefusal({
        status: 429,
        code: "SG_SERVER_AGENT_BUSY",
        detail: `${instance} was asked too often${saying}`,
        remedy: "wait a little",
        headers: { "retry-after": seconds(answer.retryAfter) },
      });
    case 507:
      return conflict(
        `${instance} has too little memory for that${saying}`,
        "try it when more is free",
      );
    default:
      return unavailable(
        `the agent of ${instance} answered ${status}${saying}`,
        "see that the address in the watch file is that of a StreamGate agent",
      );
  }
}

/** A process says what it likes: one line of it is shown, without secrets. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown };
    if (typeof detail !== "string") return "";
    return redact(detail.replace(/\p{Cc}+/gu, " ").slice(0, LONGEST_DETAIL));
  } catch {
    return "";
  }
}

function seconds(retryAfter: string | undefined): string {
  return retryAfter !== undefined && /^\d{1,4}$/.test(retryAfter) ? retryAfter : "6";
}
