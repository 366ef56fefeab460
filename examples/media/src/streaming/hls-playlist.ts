/** What a playlist is made from. */
export interface PlaylistSource {
  readonly id: number;
  readonly kind: string;
  readonly duration_seconds: number;
}

const SEGMENT_SECONDS = 6;

/** The name of a stream's manifest wherever one is kept: `stream:42:manifest:hls`. */
export function manifestKey(contentId: number): string {
  return `stream:${contentId}:manifest:hls`;
}

/** A media playlist (RFC 8216) of six-second segments; the last one is shorter. */
export function hlsPlaylist(stream: PlaylistSource): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    `#EXT-X-TARGETDURATION:${SEGMENT_SECONDS}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
  ];
  for (let start = 0; start < stream.duration_seconds; start += SEGMENT_SECONDS) {
    const seconds = Math.min(SEGMENT_SECONDS, stream.duration_seconds - start);
    const extension = stream.kind === "audio" ? "aac" : "ts";
    lines.push(
      `#EXTINF:${seconds.toFixed(3)},`,
      `${stream.id}/${start / SEGMENT_SECONDS}.${extension}`,
    );
  }
  lines.push("#EXT-X-ENDLIST", "");
  return lines.join("\n");
}
