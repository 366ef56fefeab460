import type { ApiProblem, Problem } from "@streamgate/contract";

/** What can be told of anything that was thrown. */
export function problemOf(error: unknown): Problem {
  if (isApiProblem(error)) return error.problem;
  return {
    type: "about:blank",
    title: "This page failed",
    status: 0,
    detail: error instanceof Error ? error.message : String(error),
    code: "SG_DASHBOARD_FAILED",
    remedy: "load the page again",
    requestId: "",
  };
}

/** By its name: on the server this code has another copy of the class than the API that it calls. */
function isApiProblem(error: unknown): error is ApiProblem {
  return error instanceof Error && error.name === "ApiProblem" && "problem" in error;
}
