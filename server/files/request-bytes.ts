import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

/**
 * The bytes of a request's body, for readers that may stop early. Stopping leaves the rest unread and does not cancel
 * the stream: the body is a Node stream underneath, and one that is cancelled while data is coming in throws where
 * nobody can catch it.
 */
export function requestBytes(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  return (body as NodeReadableStream<Uint8Array>).values({ preventCancel: true });
}
