import type {
  ActionRequest,
  ChangeView,
  IncidentSummary,
  NewChangeRequest,
  NewSilenceRequest,
  NoteRequest,
  SilenceView,
} from "@streamgate/contract";
import type { Change, Incident } from "@streamgate/monitor";
import { notFound } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import { storableText } from "../store/storable.ts";
import { changeView, incidentSummary } from "./incident-view.ts";
import { matcherOf } from "./label-conditions.ts";
import { silenceView } from "./silence-view.ts";
import { toldChange } from "./told-change.ts";

/** What people do about alerts. Whoever looks on is told of each. */
export class AlertActs {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async silence(request: NewSilenceRequest, author: string): Promise<SilenceView> {
    const nowMs = this.#nowMs();
    const { conditions, forSeconds, comment } = request;
    const silence = await this.#platform.monitor().silences.create({
      matchers: conditions.map(({ label, operator = "is", value }) =>
        matcherOf({ label: storableText(label), operator, value: storableText(value) }),
      ),
      fromMs: nowMs,
      toMs: nowMs + forSeconds * 1_000,
      author,
      comment: storableText(comment),
    });
    this.#changed();
    return silenceView(silence, nowMs);
  }

  async endSilence(id: string): Promise<SilenceView> {
    const silence = await this.#platform.monitor().silences.expire(id);
    this.#changed();
    return silenceView(silence, this.#nowMs());
  }

  async note(id: string, { text }: NoteRequest, author: string): Promise<IncidentSummary> {
    const { incidents } = this.#platform.monitor();
    await incidents.addNote(id, author, storableText(text));
    return this.#told((await incidents.get(id)).incident);
  }

  async addAction(id: string, request: ActionRequest): Promise<IncidentSummary> {
    const { incidents } = this.#platform.monitor();
    const { summary, owner = "" } = request;
    await incidents.addAction(id, storableText(summary), storableText(owner));
    return this.#told((await incidents.get(id)).incident);
  }

  async completeAction(id: string, action: string): Promise<IncidentSummary> {
    const { incidents } = this.#platform.monitor();
    const { incident, actions } = await incidents.get(id);
    if (!actions.some((item) => item.id === action))
      throw notFound(`action of incident ${id}`, action);
    await incidents.completeAction(action);
    return this.#told(incident);
  }

  async acknowledge(id: string, author: string): Promise<IncidentSummary> {
    return this.#told(await this.#platform.monitor().incidents.acknowledge(id, author));
  }

  async unacknowledge(id: string, author: string): Promise<IncidentSummary> {
    return this.#told(await this.#platform.monitor().incidents.unacknowledge(id, author));
  }

  async resolve(id: string, author: string): Promise<IncidentSummary> {
    return this.#told(await this.#platform.monitor().incidents.resolve(id, author));
  }

  async redeliver(id: string): Promise<void> {
    await this.#platform.monitor().letters.retry(id);
    this.#changed();
  }

  /** The same id again is the same change: the first telling of it counts. */
  async recordChange(request: NewChangeRequest, newId: string): Promise<ChangeView> {
    const monitor = this.#platform.monitor();
    const told = toldChange(request, this.#nowMs(), newId);
    const known: Change | undefined = await monitor.incidents.change(told.id);
    if (known !== undefined) return changeView(known);
    await monitor.recordChange(told);
    this.#changed();
    return changeView((await monitor.incidents.change(told.id)) ?? told);
  }

  #told(incident: Incident): IncidentSummary {
    this.#changed();
    return incidentSummary(incident);
  }

  #changed(): void {
    this.#platform.live.changed("alerts", "incidents", "now");
  }

  #nowMs(): number {
    return this.#platform.clock.now().getTime();
  }
}
