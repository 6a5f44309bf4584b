import { toErrorRecord } from '#lib/errors/app-error.ts';
import type { RunMessage } from '../run-events.ts';

// Proxies close connections that say nothing for half a minute or more.
const HEARTBEAT_MS = 15_000;

/** Server-sent events of a run; the id of each is the event's number. `onClose` is called when the reader has gone. */
export function eventStreamAnswer(messages: AsyncGenerator<RunMessage>, onClose: () => void): Response {
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  const close = () => {
    clearInterval(heartbeat);
    onClose();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => {
        controller.enqueue(encoder.encode(text));
      };
      // How soon a browser comes back after a break, in milliseconds.
      send('retry: 1000\n\n');
      heartbeat = setInterval(() => {
        send(': still here\n\n');
      }, HEARTBEAT_MS);
    },
    async pull(controller) {
      try {
        const next = await messages.next();
        controller.enqueue(encoder.encode(next.done ? 'event: end\ndata: {}\n\n' : messageText(next.value)));
        if (!next.done) return;
      } catch (error) {
        controller.enqueue(
          encoder.encode(`event: end\ndata: ${JSON.stringify({ error: toErrorRecord(error).message })}\n\n`),
        );
      }
      close();
      controller.close();
    },
    cancel: close,
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    },
  });
}

function messageText(message: RunMessage): string {
  switch (message.kind) {
    case 'run':
      return `id: ${message.event.seq}\nevent: run\ndata: ${JSON.stringify(message.event.event)}\n\n`;
    case 'snapshot':
      return `event: snapshot\ndata: ${JSON.stringify(message.run)}\n\n`;
  }
}
