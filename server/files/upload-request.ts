import { PassThrough, Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import busboy from 'busboy';
import { AppError } from '#lib/errors/app-error.ts';

export interface UploadedContent {
  name: string;
  content: Readable;
}

/**
 * The file that a request carries: the one part of a form (`multipart/form-data`), or the body itself, which then is
 * called `name`. Nothing is read ahead. Throws `invalid-request` where there is no file or no name for it.
 */
export async function uploadedContent(request: Request, name: string | undefined): Promise<UploadedContent> {
  if (!request.body) throw new AppError('invalid-request', 'The request carries no file.');
  const body = Readable.fromWeb(request.body as NodeReadableStream);
  const type = request.headers.get('content-type') ?? '';
  if (type.toLowerCase().startsWith('multipart/form-data')) {
    const part = await filePart(body, type);
    return { name: name ?? part.name, content: part.content };
  }
  if (name === undefined) {
    body.destroy();
    throw new AppError('invalid-request', 'The file has no name.', {
      hint: 'Add ?name=orders.csv, or send it as a form.',
    });
  }
  return { name, content: body };
}

function filePart(body: Readable, type: string): Promise<UploadedContent> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string, cause?: unknown) => {
      body.destroy();
      reject(new AppError('invalid-request', reason, { cause, hint: 'Send one file in the form.' }));
    };
    try {
      const form = busboy({
        headers: { 'content-type': type },
        limits: { files: 1, fields: 20, fieldSize: 1000 },
        defParamCharset: 'utf8',
      });
      // Its own stream, so that a broken form fails the file that is being written.
      const content = new PassThrough();
      form.on('file', (_field, file, { filename }) => {
        file.pipe(content);
        content.on('close', () => {
          file.unpipe(content);
          file.resume();
          body.destroy();
        });
        resolve({ name: filename || 'upload', content });
      });
      form.on('error', (error) => {
        content.destroy(error as Error);
        refuse('The form cannot be read.', error);
      });
      form.on('close', () => {
        refuse('The form carries no file.');
      });
      body.on('error', (error) => {
        content.destroy(error);
      });
      body.pipe(form);
    } catch (error) {
      refuse('The form cannot be read.', error);
    }
  });
}
