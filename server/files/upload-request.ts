import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import busboy from 'busboy';
import { AppError } from '#lib/errors/app-error.ts';
import { requestBytes } from './request-bytes.ts';

export interface UploadedContent {
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/**
 * The file that a request carries: the one part of a form (`multipart/form-data`), or the body itself, which then is
 * called `name`. Nothing is read ahead. Throws `invalid-request` where there is no file or no name for it.
 */
export async function uploadedContent(request: Request, name: string | undefined): Promise<UploadedContent> {
  if (!request.body) throw new AppError('invalid-request', 'The request carries no file.');
  const bytes = requestBytes(request.body);
  const type = request.headers.get('content-type') ?? '';
  if (type.toLowerCase().startsWith('multipart/form-data')) {
    const part = await filePart(bytes, type);
    return { name: name ?? part.name, content: part.content };
  }
  if (name !== undefined) return { name, content: bytes };
  throw new AppError('invalid-request', 'The file has no name.', {
    hint: 'Add ?name=orders.csv, or send it as a form.',
  });
}

function filePart(bytes: AsyncIterable<Uint8Array>, type: string): Promise<UploadedContent> {
  return new Promise((resolve, reject) => {
    const form = openForm(type);
    // Of its own, so that a form that breaks off fails whoever reads the file; and with a listener of its own, because
    // nobody may be reading yet, and an error that nobody hears ends the process.
    const content = new PassThrough();
    const fail = (cause: unknown) => {
      const error = new AppError('invalid-request', 'The form cannot be read.', {
        hint: 'Send one file in the form.',
        cause,
      });
      content.destroy(error);
      reject(error);
    };
    content.on('error', reject);
    form.on('file', (_field, file, { filename }) => {
      file.on('error', fail);
      pipeAsLongAsRead(file, content);
      resolve({ name: filename || 'upload', content });
    });
    form.on('error', fail);
    form.on('close', () => {
      reject(
        new AppError('invalid-request', 'The form carries no file.', { hint: 'Send one file in the form.' }),
      );
    });
    feed(form, bytes, () => content.destroyed && !content.readableEnded).catch(fail);
  });
}

/** Whoever reads may stop early: then the rest of the part is passed over, so that the form does not stand still. */
function pipeAsLongAsRead(file: Readable, content: PassThrough): void {
  file.pipe(content);
  content.on('close', () => {
    file.unpipe(content);
    file.resume();
  });
}

async function feed(
  form: busboy.Busboy,
  bytes: AsyncIterable<Uint8Array>,
  isOver: () => boolean,
): Promise<void> {
  for await (const chunk of bytes) {
    if (isOver() || form.destroyed) break;
    if (!form.write(chunk)) await Promise.race([once(form, 'drain'), once(form, 'close')]);
  }
  if (isOver()) form.destroy();
  else form.end();
}

function openForm(type: string): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': type },
      limits: { files: 1, fields: 20, fieldSize: 1000 },
      defParamCharset: 'utf8',
    });
  } catch (cause) {
    throw new AppError('invalid-request', 'The form cannot be read.', {
      hint: 'Send one file in the form.',
      cause,
    });
  }
}
