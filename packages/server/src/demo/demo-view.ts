import type { MemoryWatch } from "../memory/memory-watch.ts";
import type { LatencyPoint, PageState, ServiceView } from "../page/page-state.ts";
import type { WatchView } from "../page/watch-view.ts";
import type { TurnEvent } from "../turn/events.ts";
import { afterEvent, initialState, type TurnState } from "../turn/turn-state.ts";
import { DEMO_TARGET } from "./running-demo.ts";

/** What the demo's page shows, kept up to date by what happens. */
export interface DemoView {
  readonly read: () => PageState;
  turn(): TurnState;
  setActivity(activity: string | null): void;
  setService(change: Partial<ServiceView>): void;
  readonly addLatency: (point: LatencyPoint) => void;
  readonly setWatch: (watch: WatchView) => void;
  onEvent(event: TurnEvent): void;
  /** Called after each change; the page sets it. */
  onChange: () => void;
}

const MOST_POINTS = 900;

export function createDemoView(memory: MemoryWatch): DemoView {
  let turn = initialState(DEMO_TARGET, "verify");
  let service: ServiceView = {
    activity: "starting PostgreSQL",
    apiAddress: null,
    databaseAddress: null,
    latency: [],
    before: null,
    after: null,
    appliedAt: [],
  };
  let watch: WatchView | null = null;
  const setService = (change: Partial<ServiceView>): void => {
    service = { ...service, ...change };
    view.onChange();
  };
  const view: DemoView = {
    onChange: () => undefined,
    read: () => ({ turn, service, watch, memory: memory.parts() }),
    turn: () => turn,
    setService,
    setActivity: (activity) => setService({ activity }),
    addLatency: (point) => setService({ latency: [...service.latency, point].slice(-MOST_POINTS) }),
    setWatch: (next) => {
      watch = next;
      view.onChange();
    },
    onEvent: (event) => {
      turn = afterEvent(turn, event);
      if (event.kind === "application") {
        setService({ appliedAt: [...service.appliedAt, event.application.appliedAt] });
      }
      view.onChange();
    },
  };
  return view;
}
