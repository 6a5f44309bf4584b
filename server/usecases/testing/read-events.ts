/** One message of a stream of server-sent events. */
export interface Message {
  id: number | null;
  event: string;
  data: {
    type?: string;
    at?: string;
    id?: string;
    status?: string;
    nodeId?: string;
    node?: { id: string };
    nodes?: unknown[];
  };
}

/** The messages of an answer as they come; comments and `retry` are passed over. Stopping early closes the stream. */
export async function* readEvents(answer: Response): AsyncGenerator<Message> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => splitField(line)));
      const data = fields.get('data');
      if (data === undefined) continue;
      const id = fields.get('id');
      yield {
        id: id === undefined ? null : Number(id),
        event: fields.get('event') ?? 'message',
        data: JSON.parse(data) as Message['data'],
      };
    }
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}

/** All of them, when the stream has ended. */
export async function allEvents(answer: Response): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of readEvents(answer)) messages.push(message);
  return messages;
}
