/** A line of a log. Times are milliseconds since the epoch. */
export interface LogEvent {
  readonly timestamp: number;
  readonly message: string;
}

export interface LogStream {
  readonly name: string;
  readonly created: number;
  readonly events: LogEvent[];
}

export interface LogGroup {
  readonly name: string;
  readonly region: string;
  readonly created: number;
  retentionInDays?: number;
  readonly streams: Map<string, LogStream>;
  /** The events of all streams, in the order in which they came. */
  readonly events: (LogEvent & { readonly stream: string })[];
}

/** A part of a stream, and the tokens for those before and after it. */
export interface StreamPage {
  readonly events: LogEvent[];
  readonly forward: string;
  readonly backward: string;
}

/**
 * The events from a token on: `f/` leads forward from an event, `b/` backward. At either end the token stays the same.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
 * @returns undefined if no answer had the token
 */
export function pageOfStream(events: LogEvent[], limit: number, token: string): StreamPage | undefined {
  const [, direction, position] = /^([fb])\/(\d+)$/.exec(token) ?? [];
  const from = Number(position);
  if (!direction || from > events.length) return undefined;
  const [start, end] = direction === 'f' ? [from, Math.min(from + limit, events.length)] : [Math.max(0, from - limit), from];
  return { events: events.slice(start, end), forward: `f/${end}`, backward: `b/${start}` };
}
