import type { IncomingMessage, ServerResponse } from "node:http";
import type { OpenRequest } from "./open-request.ts";
import { PromiseCourses } from "./promise-courses.ts";
import { StorageCourses } from "./storage-courses.ts";

/** How the course of a request is followed through what it waits for. */
export type Follows = "everything" | "promises";

/** Who knows in the course of which request code runs. */
export interface Courses {
  current(): OpenRequest | undefined;
  run<Result>(request: OpenRequest, work: () => Result): Result;
  /** What the server does from here on, in answer to what it was just told of, belongs to this request. */
  enter(request: OpenRequest, exchange: Exchange): void;
  /**
   * Runs whom a channel tells of the start and the end of in the course that `courseOf` names.
   *
   * @returns ends it
   */
  enterBetween(
    channels: { readonly start: string; readonly end: string },
    courseOf: (message: unknown) => OpenRequest | undefined,
  ): () => void;
  /** No request runs: nobody is followed until the next one. */
  rest(): void;
}

/** A request that node:http serves, and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** From here on AsyncLocalStorage needs no hooks, and follows everything for as little. */
const FREE_STORAGE_SINCE = 24;

export function openCourses(follows: Follows): Courses {
  const major = Number(process.versions.node.split(".")[0]);
  return follows === "promises" && major < FREE_STORAGE_SINCE
    ? new PromiseCourses()
    : new StorageCourses();
}
