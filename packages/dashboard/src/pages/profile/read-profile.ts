import type { ApiClient, ProfileView } from "@streamgate/contract";

/** The profile that was read last, by who read it: a browser has one client, a server one for each request. */
const KEPT = new WeakMap<ApiClient, ProfileView>();

/** Reads a profile; one that is done never changes, so that looking closer at it asks nobody again. */
export async function readProfile(api: ApiClient, id: string): Promise<ProfileView> {
  const kept = KEPT.get(api);
  if (kept?.profile.id === id) return kept;
  const view = await api.call("getProfile", { parameters: { id } });
  if (view.profile.state === "done") KEPT.set(api, view);
  return view;
}
